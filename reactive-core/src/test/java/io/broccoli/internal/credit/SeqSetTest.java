package io.broccoli.internal.credit;

import static org.assertj.core.api.Assertions.assertThat;

import io.broccoli.frame.SeqRanges;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SeqSetTest {

    @Property(tries = 500)
    void holdsWhatWasAddedWhateverTheOrder(@ForAll @Size(max = 200) List<@IntRange(min = 1, max = 150) Integer> seqs) {
        SeqSet set = new SeqSet();
        Set<Integer> model = new TreeSet<>();
        for (int seq : seqs) {
            assertThat(set.add(seq)).as("%s is new", seq).isEqualTo(model.add(seq));
            assertThat(set.count()).isEqualTo(model.size());
        }
        SeqRanges snapshot = set.snapshot(); // throws if its ranges overlap or touch
        for (int seq = 0; seq <= 151; seq++) {
            assertThat(set.contains(seq)).isEqualTo(model.contains(seq));
            assertThat(snapshot.contains(seq)).isEqualTo(model.contains(seq));
        }
        assertThat(snapshot.count()).isEqualTo(model.size());
    }
}
