/** Files dragged over or dropped anywhere on the window. Whichever view is open, a drop leads to adding. */
class Drops {
  over = $state(false);
  paths = $state.raw<string[]>([]);
}

export const drops = new Drops();
