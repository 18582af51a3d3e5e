/** Words of which made-up persons are put together: ordinary names, and streets and places that do not exist together. */

/** Given names; between them they use every letter of the Swedish alphabet. */
export const givenNames = [
  'Anna', 'Åsa', 'Örjan', 'Märta', 'Björn', 'Gösta', 'Måns', 'Maja', 'Håkan', 'Quintus', 'Xerxes', 'Wilma', 'Vera', 'Yngve', 'Zara', 'René', 'Désirée',
  'Jürgen', 'Günther', 'Ulla-Britt', 'Karl-Åke', 'Anna Karin', 'Fatima', 'Mohamed', 'Amina', 'Yusuf', 'Linnéa', 'Elsa', 'Lars', 'Erik', 'Nils', 'Olof', 'Pär',
  'Sören', 'Göran', 'Kerstin', 'Birgitta', 'Ingrid', 'Tuva', 'Hjördis', 'Ebba', 'Cecilia', 'David', 'Felix', 'Isak', 'Jonas', 'Rut', 'Siv', 'Tove',
] as const;

/** Family names. */
export const familyNames = [
  'Andersson', 'Johansson', 'Karlsson', 'Nilsson', 'Eriksson', 'Åkesson', 'Öberg', 'Ängström', 'Sjöström', 'Björklund', 'Lindqvist', 'Wallén', 'Norén', 'Hedström',
  'Åström', 'Öhman', 'Älvdal', 'Grönkvist', 'Bäckmark', 'Håfors', 'Zetterlund', 'Wikman', 'Ximenes', 'Müller', 'Lindén', 'Berg-Åberg', 'af Ekdal', 'von Grönhage',
  'Haddad', 'Yilmaz', 'Kowalska', 'Nguyen', 'Hansen', 'Virtanen', 'Ek', 'Dahl', 'Fors', 'Qvarnström', 'Jönsson', 'Pålsson',
] as const;

/** Streets. */
export const streets = [
  'Storgatan', 'Björkvägen', 'Åkerstigen', 'Ängsvägen', 'Östra Hamngatan', 'Rönnbärsgränd', 'Kyrkvägen', 'Lärkstigen', 'Smedjebacken', 'Västra Allén', 'Fågelsångsvägen', 'Kvarnbyvägen',
] as const;

/** Places that are made up. */
export const cities = ['Lingonköping', 'Ekhamnsby', 'Björkåstad', 'Åsnäsvik', 'Ödeborgsund', 'Älvmarksta', 'Granskoga', 'Havsfjärdsund', 'Norrlövsta', 'Söderkvillinge'] as const;

/** What may stand in the note; one has a line end and one has quotes and all delimiters. */
export const notes = ['Kör bil till lägret', 'Vill ha post på papper', 'Allergisk mot nötter\nFråga före mat', 'Kallas "Nisse"; helst kväll, ej helg', 'Reservlagets målvakt'] as const;
