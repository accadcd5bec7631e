/** One short answer to an action, at the foot of the window. Never an error: those stay where they happened. */
export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

export class Toasts {
  current = $state.raw<Toast | null>(null);
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;

  show(text: string, action?: Toast['action'], ms = 4000): void {
    clearTimeout(this.#timer);
    this.current = { id: this.#next++, text, action };
    // With something to press, there is time to read and reach it.
    this.#timer = setTimeout(() => this.dismiss(), action ? Math.max(ms, 8000) : ms);
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.current = null;
  }
}

export const toasts = new Toasts();
