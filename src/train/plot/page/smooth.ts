/**
 * Running mean in which the value n points ago weighs weightⁿ as much as the latest, without a pull towards zero at the
 * beginning. A weight of 0 changes nothing; null stays null and is passed over.
 */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let [sum, total] = [0, 0];
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + value;
    total = weight * total + 1;
    return sum / total;
  });
}
