/** The check digit that Swedish ten-digit identity and organisation numbers share. */

/** Whether the last of ten digits is the Luhn check digit of the nine before it. */
export function hasLuhnDigit(tenDigits: string): boolean {
  let sum = 0;
  for (let index = 0; index < tenDigits.length; index += 1) {
    const weighted = Number(tenDigits[index]) * (index % 2 === 0 ? 2 : 1);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
