"""Sentences for mistakes that people make in several exercises."""

# --- the states ---

ORBIT_FROM_ZERO = "Your orbit begins at 0, whatever s0 is. What is s(0)?"
RUN_FROM_ZERO = "Your states are those of a run that starts at 0, whatever h0 is."
STATES_WITHOUT_B = "These are the states for b = 0. Where does b enter the step?"
STATES_WITHOUT_TANH = "Your network is linear. What keeps the states between -1 and 1?"
B_AFTER_TANH = "You add b after tanh. It enters where W h does: inside."
ADDED_TO_THE_OLD_STATE = "You add tanh to the old state. It replaces the old state."
SUM_HANDED_ON = (
    "What you pass on to the next step has not been through tanh. Which of the two numbers is the "
    "state?"
)
ONE_ARRAY_MANY_TIMES = (
    "All of your states are equal to the last one: the list holds the same array many times, and "
    "writing into it changes every entry. Make a new array in each step."
)
W_TRANSPOSED = "W is the wrong way around in your recurrent term: row i of W belongs to unit i."
ONE_WEIGHT_FOR_EACH_UNIT = (
    "You give W one number for each unit. Each unit is connected to all units: how many numbers "
    "is that?"
)

# --- the slope of tanh ---

SLOPE_AT_THE_SUM = (
    "You write 1 - a² with what goes into tanh. The slope of tanh at a is 1 - tanh(a)²: what is "
    "your name for tanh(a)?"
)
SLOPE_OF_TANH_TWICE = (
    "You apply tanh to a state before you take the slope. Hasn't the state already been through "
    "tanh?"
)
SLOPE_NOT_SQUARED = (
    "Almost: for large |a| of either sign the slope of tanh must vanish. Does 1 - h vanish when h "
    "is near -1?"
)
SLOPE_OF_THE_OLD_STATE = (
    "Your slope is computed from the state that goes into the step. Which state came out of this "
    "step's tanh?"
)
SLOPES_ONE_STEP_EARLY = (
    "Your slopes are one step too early. Between h(t) and h(t+1) there is one tanh: which of the "
    "two states came out of it?"
)

# --- one step back ---

NO_SLOPE_AT_ALL = (
    "There is no slope of tanh in your answer. Each step has a tanh: where do you meet it on the "
    "way back?"
)
NO_SLOPE_ON_THE_WAY_TO_W = (
    "You pass tanh on the way to h(t-1), but not on the way to w. Isn't w inside tanh as well?"
)
NO_SLOPE_ON_THE_WAY_TO_H = (
    "The contributions to dw have been through tanh. What you pass back to h(t-1) has not: isn't "
    "h(t-1) inside the same tanh?"
)
NO_W_ON_THE_WAY_TO_H = (
    "Between h(t) and h(t-1) there are a tanh and the sum inside it. By how much does that sum "
    "change when h(t-1) changes by one?"
)
NEW_STATE_BESIDE_A_NUMBER = (
    "In w h(t-1), what is the derivative with respect to w? You use the state that comes out of "
    "the step; it should be the one that goes in."
)
NEW_STATE_BESIDE_A_MATRIX = (
    "In W h(t-1), what does W multiply? You use the state that comes out of step t. If h has T + 1 "
    "entries, h[t] and x[t-1] belong to h(t) and x(t): which entry is h(t-1)?"
)
INPUT_OF_THE_STEP_BEFORE = (
    "You pair each step with the input of the step before it, and the first step with the last "
    "input. x has T entries and h has T + 1: which entry of x was used to compute h[t]?"
)

# --- all steps and all copies ---

LAST_LOSS_ALONE = (
    "Only the loss at the last step counts in your answer. dh is not zero at the other steps: "
    "what happens to those entries?"
)
LAST_STEP_LEFT_OUT = (
    "The last step is missing here: dh has T entries, and the last one has no effect. Which t "
    "does your loop start with?"
)
LAST_COPY_ALONE = (
    "This is only the gradient of the copy at step T. All earlier steps use the same weights: "
    "what does folding do with the copies' gradients?"
)
FIRST_COPY_ALONE = (
    "This is only the gradient of the copy at step 1. The loop, which ends there, has overwritten "
    "the others: what should each iteration do with its contribution instead?"
)
MEAN_OF_THE_COPIES = (
    "You divide by the number of steps. If a weight grows by a little, all T copies grow by that "
    "little: what does that do to L?"
)
TOTAL_ON_THE_FIRST_STATE = (
    "This is the total gradient on h(1), not the one on h(0): it has not been back through step 1. "
    "What is left over when the loop has ended?"
)

# --- the loss ---

MEAN_OF_THE_LOSSES = (
    "You divide by the number of steps. Is L the sum of the losses here, or their mean?"
)
SIGN_REVERSED = "The sign is reversed. Is the derivative of ½ (h - y)² equal to h - y or to y - h?"
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
    "You subtract the largest score of the whole array. If all scores of one softmax are 1000 "
    "lower, every exp is 0. Over which scores should each softmax take its maximum?"
)

# --- attention ---

DOWN_THE_COLUMNS = (
    "Your softmax runs down the columns. Each query distributes its own attention over the keys: "
    "along which axis are the keys?"
)
SCALED_BY_THE_KEYS = (
    "You divide by the square root of the number of keys. How many terms does one score add up?"
)
SCORES_MULTIPLIED = "You multiply the scores by √d instead of dividing."
SCALED_AFTER_THE_SOFTMAX = (
    "You divide by √d after the softmax. The weights then no longer add up to 1: what should be "
    "divided?"
)
