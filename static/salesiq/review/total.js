// The total of answered questions, by the rule of quality/answers.py: in whole hundredths, so that both always agree.

// Half up, as Decimal.quantize(ROUND_HALF_UP) does; all values are whole and not negative.
const halfUp = (over, under) => Math.floor((2 * over + under) / (2 * under));

export function optionOf(question, value) {
  return question.options.find((option) => option.value === value);
}

// Hundredths of points that `value` earns, null where it does not count.
export function centsOf(question, value) {
  const share = value && optionOf(question, value)?.share;
  return share ? halfUp(question.cents * share[0], share[1]) : null;
}

// `total` is 0 to 100 with two decimals as a number of hundredths, null while nothing applies.
export function totalOf(questions, valueOf) {
  let earned = 0;
  let possible = 0;
  let failed = null;
  const missing = [];
  for (const question of questions) {
    const value = valueOf(question.key);
    if (!value) {
      missing.push(question);
      continue;
    }
    const cents = centsOf(question, value);
    if (cents === null) continue;
    earned += cents;
    possible += question.cents;
    if (question.critical && optionOf(question, value).fails) failed ??= question;
  }
  const total = possible ? halfUp(10000 * earned, possible) : null;
  return { total: failed ? 0 : total, failed, missing };
}
