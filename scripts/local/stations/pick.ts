/** The item of a list that belongs to a text: always the same one, and not the same for all texts. */
export function pick<Item>(list: readonly [Item, ...Item[]], text: string): Item {
  const sum = [...text].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return list[sum % list.length] ?? list[0];
}
