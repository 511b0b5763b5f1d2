import type { Timeline } from './timeline.ts';

const MOST_LINES = 400;

/** What happened, in lines for a reader: from the beginning of the round under way. */
export class Trace {
  readonly #timeline: Timeline;
  #lines: string[] = [];
  #left = 0;
  print: ((line: string) => void) | undefined;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  say(text: string): void {
    const line = `${(this.#timeline.nowMs / 1_000).toFixed(3).padStart(10)} s  ${text}`;
    this.#timeline.note(line);
    this.print?.(line);
    this.#lines.push(line);
    if (this.#lines.length <= 2 * MOST_LINES) return;
    this.#left += this.#lines.length - MOST_LINES;
    this.#lines = this.#lines.slice(-MOST_LINES);
  }

  /** A pair in good order: what was before explains nothing that comes. */
  begin(text: string): void {
    this.#lines = [];
    this.#left = 0;
    this.say(text);
  }

  lines(): string[] {
    return this.#left > 0 ? [`(${this.#left} earlier lines left out)`, ...this.#lines] : [...this.#lines];
  }
}

/** What goes with a line that somebody said, as it is told behind it. */
export function toldFields(fields: Record<string, unknown> | undefined): string {
  if (fields === undefined) return '';
  const parts = Object.entries(fields).map(([name, value]) =>
    `${name}=${value instanceof Error ? value.message : typeof value === 'object' ? JSON.stringify(value) : String(value)}`.slice(
      0,
      160,
    ),
  );
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
