"""The numbers of the wire format. For boards they are compiled into what uses them (host/build.mjs), and take no memory there."""

VERSION = 1
STATUS, POLL, GRANT, TASKS, RESULTS, ITEMS, CANCEL, NACK, BYE = range(9)
ACTIVE, DRAINING, GONE = range(3)
STALE_PRODUCER, NO_CREDIT, BUSY, OTHER_VERSION = range(4)
SUCCESS, FAILURE, BAD_ARGUMENTS, CANCELLED, ABORTED, RETURNED, END = range(7)
LEAVING, UNKNOWN_FUNCTION, TOO_LARGE, RESULT_GONE, EXPIRED, OVERLOADED = range(6)  # why a task is RETURNED

# what a field of a frame is
FIELD_TEXT = "t"
FIELD_LONG = "l"
FIELD_SEQ = "s"  # a long that is not negative
FIELD_INT = "i"
FIELD_RANGES = "R"
FIELD_TASKS = "T"
FIELD_RESULTS = "E"
FIELD_ITEMS = "J"
# and what may be left out at the end of a frame
MAYBE_INT = "I"  # 0
MAYBE_WEIGHT = "W"  # 1
MAYBE_OPEN = "O"
MAYBE_ASKS = "K"
MAYBE_SITE = "G"
MAYBE_FUNCTIONS = "F"
OPTIONAL = "IWOKGF"  # all of these
INTS = "iIW"
NUMBERS = "lsiIW"

# where the fields of frames are
STATUS_MEMBER, STATUS_EPOCH, STATUS_STATE, STATUS_QUEUE, STATUS_WORKERS, STATUS_FREE, STATUS_MAX_FRAME, STATUS_MAX_TASK = range(8)
STATUS_FUNCTIONS = 10
PRODUCER_EPOCH, LINK_EPOCH, CTL, WANT = range(4)  # of all frames of a link
LIMIT = 3  # where WANT is, in what a node answers
POLL_MAX_FRAME = 4
POLL_OPEN = 6
POLL_ITEMS = 7
POLL_WEIGHT = 8
TASKS_FIRST = 4
TASKS_FIRST_ID = 5
TASKS_ENTRIES = 6
RESULTS_ENTRIES = 5
ITEMS_ENTRIES = 2
CANCEL_RANGES = 4
NACK_REASON = 3
NACK_CURRENT = 4
BYE_EPOCH = 0

HEADER_BYTES = 57
RESULT_BYTES = 12
ITEM_RUN_BYTES = 25

MAX_FRAME = 2048  # bytes that a board takes
MAX_TASK = 1024
MOST_OUT = 960  # bytes of a frame that a board sends, unless one value takes more

MAX_INT = (1 << 31) - 1
MAX_SEQ = (1 << 63) - 1
MAX_EMPTY = 65536  # results without payload, of one frame
MAX_NESTED = 64  # levels of what is passed over

# what a body is
CALL = -1
CHAIN = -2
EACH = -3
STAR = -4

# what a value is; those before STR are read with their head, those from ARRAY on consist of others
INT, NIL, BOOL, FLOATING, STR, BIN, ARRAY, MAP = range(8)
MAX_DEPTH = 32  # levels of a value
