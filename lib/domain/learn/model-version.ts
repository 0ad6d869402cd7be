/**
 * The predictor whose probabilities are kept and calibrated. Another name begins anew: what was
 * learned of one predictor's probabilities is not true of another's.
 */
export const MODEL_VERSION = 'forest-1';
