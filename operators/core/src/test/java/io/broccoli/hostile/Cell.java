package io.broccoli.hostile;

import java.util.List;

/** One place in the matrix. */
record Cell(Form form, Culprit culprit, When when, Where where, What what) {

    /** Its values, column by column. */
    List<Enum<?>> columns() {
        return List.of(form, culprit, when, where, what);
    }

    /** Whether a handler of it holds its thread until its element has ended. */
    boolean blocks() {
        return culprit == Culprit.HANDLER && (when == When.LATE || when == When.NEVER);
    }

    /** Whether its task gives several values. */
    boolean givesSeveral() {
        return form == Form.FLAT_MAP || culprit == Culprit.FLUX || culprit == Culprit.ITEM && !form.inPieces();
    }

    @Override
    public String toString() {
        return form + " x " + culprit + " x " + when + " x " + where + " x " + what;
    }
}
