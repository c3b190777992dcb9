"""What a mistake that people make in several exercises is told, word for word the same."""

# --- the states ---

ORBIT_FROM_ZERO = "Your orbit begins at 0, whatever s0 is. What is s(0)?"
RUN_FROM_ZERO = "Your states are those of a run that starts from 0, whatever h0 is."
STATES_WITHOUT_B = "Your states are those of b = 0. Where does b enter the step?"
STATES_WITHOUT_TANH = "Your network is linear. What keeps the states between -1 and 1?"
B_AFTER_TANH = "You add b after tanh. It enters where W h does: inside."
ADDED_TO_THE_OLD_STATE = "You add tanh to the old state. It takes the place of the old state."
SUM_HANDED_ON = (
    "What you hand on to the next step has not been through tanh. Which of the two numbers is "
    "the state?"
)
W_TRANSPOSED = "W is the wrong way round in your recurrent term: row i of W belongs to unit i."
ONE_WEIGHT_FOR_EACH_UNIT = (
    "You give W one number for each unit. Each unit hears all units: how many is that?"
)

# --- the slope of tanh ---

SLOPE_AT_THE_SUM = (
    "You write 1 - a² with what goes into tanh. The slope of tanh at a is 1 - tanh(a)²: under "
    "which name do you have tanh(a)?"
)
SLOPE_OF_TANH_TWICE = (
    "You apply tanh to a state before you take the slope. Has the state not been through tanh "
    "already?"
)
SLOPE_NOT_SQUARED = (
    "Nearly: for large |a| of either sign the slope of tanh must vanish. Does 1 - h do so when h "
    "is near -1?"
)
SLOPE_OF_THE_OLD_STATE = (
    "Your slope is made from the state that goes into the step. Which state did this step's tanh "
    "put out?"
)
SLOPES_ONE_STEP_EARLY = (
    "Your slopes are one step too early. Between h(t) and h(t+1) there is one tanh: which of the "
    "two states has it put out?"
)

# --- one step back ---

NO_SLOPE_AT_ALL = (
    "There is no slope of tanh in your answer. Each step has a tanh: where is it met on the way "
    "back?"
)
NO_SLOPE_ON_THE_WAY_TO_W = (
    "You pass tanh on the way to h(t-1), but not on the way to w. Does w not stand inside tanh as "
    "well?"
)
NO_SLOPE_ON_THE_WAY_TO_H = (
    "The shares of dw have been through tanh. What is handed on to h(t-1) has not: does h(t-1) not "
    "stand inside the same tanh?"
)
NO_W_ON_THE_WAY_TO_H = (
    "From h(t) back to h(t-1) lie a tanh and what stands inside it. By how much does that change "
    "when h(t-1) changes by one?"
)
NEW_STATE_BESIDE_A_NUMBER = (
    "In w h(t-1), what is the derivative with respect to w? You use the state that the step makes; "
    "the one that goes into it belongs there."
)
NEW_STATE_BESIDE_A_MATRIX = (
    "In W h(t-1), what does W multiply? You use the state that comes out of step t. If h has T + 1 "
    "entries, h[t] and x[t-1] belong to h(t) and x(t): which entry is h(t-1)?"
)
INPUT_OF_THE_STEP_BEFORE = (
    "You pair each step with the input of the step before it, and the first step with the last "
    "input. x has T entries and h has T + 1: which entry of x made h[t]?"
)

# --- all steps and all copies ---

LAST_LOSS_ALONE = (
    "The loss at the last step is the only one that counts in your answer. dh is not zero at the "
    "other steps: what happens to what it says there?"
)
LAST_STEP_LEFT_OUT = (
    "The last step is missing here: dh has T entries, and the last of them has no effect. With "
    "which t does your loop begin?"
)
LAST_COPY_ALONE = (
    "This is the gradient of the copy at step T alone. The same weights also stand in all steps "
    "before: what does folding do with the copies' gradients?"
)
FIRST_COPY_ALONE = (
    "This is the gradient of the copy at step 1 alone. The loop, which ends there, has overwritten "
    "the others: what should each turn do with its share instead?"
)
MEAN_OF_THE_COPIES = (
    "You divide by the number of steps. If a weight grows by a little, all T copies grow by that "
    "little: what happens to their effects on L?"
)

# --- the loss ---

MEAN_OF_THE_LOSSES = (
    "You divide by the number of steps. Is L the sum of the losses here, or their mean?"
)
SIGN_REVERSED = "The sign is reversed. Which way round is the derivative of ½ (h - y)²?"
ALL_SIGNS_REVERSED_BY_H = (
    "All of your signs are reversed. What is the derivative of ½ (h - y)² with respect to h?"
)
TARGETS_WITHOUT_EFFECT = "The targets have no effect. Where does y enter a loss?"
HALF_OF_THE_LOSS_LOST = "Every gradient is twice too large: has the loss lost its ½?"
SCORES_TOO_LARGE = (
    "Your formula is right, but exp(1000) is too large for a floating-point number. A softmax "
    "stays the same when one number is subtracted from all of its scores: which one helps?"
)
ONE_MAXIMUM_FOR_ALL = (
    "You subtract the largest score of the whole array. Where all scores of a softmax lie 1000 "
    "lower, every exp is 0. From which scores should each softmax take its maximum?"
)

# --- attention ---

SCALED_BY_THE_KEYS = (
    "You divide by the square root of the number of keys. How many terms are added up in one score?"
)
SCORES_MULTIPLIED = "You multiply the scores by √d instead of dividing."
SCALED_AFTER_THE_SOFTMAX = (
    "You divide by √d after the softmax. The weights then no longer add up to 1: what should be "
    "divided?"
)
