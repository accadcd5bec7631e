/** Files dragged over or dropped anywhere on the window. Whichever view is open, a drop leads to adding. */
class Drops {
  over = $state(false);
  paths = $state.raw<string[]>([]);
  /** Those that are to be imported rather than added: other apps' exports, and anything that falls on the import view. */
  exports = $state.raw<string[]>([]);
  /** How many views take a drop themselves: then it does not lead to adding. */
  wanted = $state(0);
}

export const drops = new Drops();
