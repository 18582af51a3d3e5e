/**
 * A made-up person that looks like the others in a register of members in Sweden.
 *
 * Guarantees: the telephone number is one that the Swedish Post and Telecom Authority keeps free for fiction (070-174 06 05
 * to 070-174 06 99); there is no personal identity number, since every valid one may be somebody's. Name and address are put
 * together at random: that nobody lives there by that name is likely, not certain, so nothing should be sent there.
 */
import type { PersonFields } from '../fields.ts';

/** Answers numbers from 0 up to, not including, `below`. */
export type Dice = (below: number) => number;

const givenNames =
  'Anna Eva Maria Karin Kristina Lena Kerstin Sara Emma Elin Hanna Johanna Malin Jenny Ida Sofia Åsa Ulla Lars Mikael Anders Johan Erik Per Karl Peter Jan Thomas Daniel Fredrik Andreas Hans Bengt Mats Stefan Magnus Björn Åke Göran Oskar'.split(
    ' ',
  );
const familyNames =
  'Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Axelsson Berg Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg Wallin Engström Eklund Danielsson'.split(
    ' ',
  );
const streets =
  'Björkvägen Storgatan Skolgatan Ringvägen Kyrkogatan Granvägen Skogsvägen Ängsvägen Parkgatan Strandvägen Tallvägen Åkervägen'.split(' ');
/** Places with the first three digits of their postal codes. */
const places = [
  ['Västerås', '722'],
  ['Örebro', '702'],
  ['Linköping', '582'],
  ['Umeå', '903'],
  ['Gävle', '802'],
  ['Borås', '506'],
  ['Växjö', '352'],
  ['Karlstad', '652'],
  ['Sundsvall', '852'],
  ['Kalmar', '392'],
] as const;

/** Fields of a made-up person who became a member in one of the ten years before `today`. */
export function madeUpPerson(dice: Dice, today: Date): PersonFields {
  const pick = <T>(list: readonly T[]): T => list[dice(list.length)] as T; // the dice stay below the length, and no list is empty
  const [city, area] = pick(places);
  const two = (number: number): string => String(number).padStart(2, '0');
  return {
    givenName: pick(givenNames),
    familyName: pick(familyNames),
    phone: `070-174 06 ${two(5 + dice(95))}`,
    street: `${pick(streets)} ${1 + dice(60)}`,
    postalCode: `${area} ${two(10 + dice(80))}`,
    city,
    memberSince: `${today.getUTCFullYear() - 1 - dice(10)}-${two(1 + dice(12))}-${two(1 + dice(28))}`,
  };
}
