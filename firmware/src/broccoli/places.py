"""So many at a time, in the order in which they come: else a group would keep its places until all of it is done."""

import asyncio


class Places:
    def __init__(self, most):
        self.most = most
        self.taken = 0
        self.line = []  # those who wait

    def full(self):
        return self.taken >= self.most

    async def enter(self, patience=None):
        """Waits for a place; for so many milliseconds at most, or it is an asyncio.TimeoutError."""
        if not self.full():
            self.taken += 1
            return
        turn = asyncio.Event()
        self.line.append(turn)
        try:
            if patience is None:
                await turn.wait()
            else:
                await asyncio.wait_for(turn.wait(), patience / 1000)
        except (asyncio.CancelledError, asyncio.TimeoutError):
            if turn in self.line:
                self.line.remove(turn)
            else:
                self.leave()  # it had one at the same moment
            raise

    def leave(self):
        """The place is that of the first who waits."""
        if self.line:
            self.line.pop(0).set()
        else:
            self.taken -= 1
