import { useId } from 'react';
import styles from './sparkline.module.css';

export interface SparkPoint {
  atMs: number;
  /** null: not known at that time, a gap in the line. */
  value: number | null;
}

interface SparklineProps {
  /** Oldest first. */
  points: readonly SparkPoint[];
  /** How much time the width stands for, ms; it ends at the last point. */
  spanMs: number;
  /** The least that the height stands for, so that a trifle does not look like a mountain. */
  leastMax: number;
  title: string;
  /** The same in words. */
  description: string;
}

const WIDTH = 160;
const HEIGHT = 26;

/** A small trend: one neutral line over its base. */
export function Sparkline({ points, spanMs, leastMax, title, description }: SparklineProps) {
  const id = useId();
  const endMs = points.at(-1)?.atMs ?? 0;
  const max = Math.max(leastMax, ...points.map(({ value }) => value ?? 0));
  return (
    <svg
      className={styles.spark}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-desc`}
    >
      <title id={`${id}-title`}>{title}</title>
      <desc id={`${id}-desc`}>{description}</desc>
      <path className={styles.base} d={`M0 ${HEIGHT - 1}H${WIDTH}`} />
      <path className={styles.line} d={pathOf(points, endMs - spanMs, spanMs, max)} />
    </svg>
  );
}

/** The line from point to point; a point between two gaps is a short dash, so that it is not lost. */
export function pathOf(points: readonly SparkPoint[], fromMs: number, spanMs: number, max: number): string {
  const parts: string[] = [];
  let drawing = false;
  for (const [index, { atMs, value }] of points.entries()) {
    if (value === null || atMs < fromMs) {
      drawing = false;
      continue;
    }
    const x = ((atMs - fromMs) / spanMs) * WIDTH;
    const y = HEIGHT - 1.5 - (value / max) * (HEIGHT - 3);
    parts.push(`${drawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`);
    if (!drawing && (points[index + 1]?.value ?? null) === null) parts.push('h1');
    drawing = true;
  }
  return parts.join('');
}
