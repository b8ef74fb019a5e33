/** Does what it is asked at once, then again at most every `ms`: of what is asked meanwhile, the last, at the end of it. */
export class Throttle {
  private readonly ms: number;
  private pause: ReturnType<typeof setTimeout> | undefined;
  private asked: (() => void) | undefined;

  constructor(ms: number) {
    this.ms = ms;
  }

  readonly ask = (action: () => void): void => {
    if (this.pause !== undefined) {
      this.asked = action;
      return;
    }
    this.rest();
    action();
  };

  /** Does nothing for the time that it waits between two actions. */
  readonly rest = (): void => {
    clearTimeout(this.pause);
    this.pause = setTimeout(() => {
      const { asked } = this;
      this.stop();
      if (asked !== undefined) this.ask(asked);
    }, this.ms);
  };

  readonly stop = (): void => {
    clearTimeout(this.pause);
    this.pause = undefined;
    this.asked = undefined;
  };
}
