/** Two different groups to ask back, the lower first. Any will do, so long as a person cannot know them beforehand. */
export function pickGroups(count: number, random: (below: number) => number = secureBelow): [number, number] {
  const first = random(count);
  let second = random(count - 1);
  if (second >= first) second += 1;
  return first < second ? [first, second] : [second, first];
}

function secureBelow(below: number): number {
  return Math.floor((crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32) * below);
}
