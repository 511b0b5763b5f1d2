import type { ReactNode } from 'react';
import type { Severity } from '#shared/contract';

const DIGITS: Record<Severity, string> = { p1: '1', p2: '2', p3: '3', 'no-data': '?', none: '' };

/** What stands in the shape where it is no alarm. */
const WITHOUT_DIGIT: Record<Severity, string> = { p1: '!', p2: '!', p3: '!', 'no-data': '?', none: '' };

/** Where the digit sits within each shape. */
const BASELINES: Record<Severity, number> = { p1: 16.6, p2: 18.4, p3: 16.4, 'no-data': 16.6, none: 16 };

function shapeOf(severity: Severity): ReactNode {
  switch (severity) {
    case 'p1':
      return <path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4z" />;
    case 'p2':
      return <path d="M12 1.6 23.4 22H.6z" strokeLinejoin="round" />;
    case 'p3':
      return <path d="M12 .8 23.2 12 12 23.2.8 12z" strokeLinejoin="round" />;
    case 'no-data':
      return <rect x="2" y="2" width="20" height="20" rx="2" strokeDasharray="3 2.4" />;
    case 'none':
      return <circle cx="12" cy="12" r="7.5" />;
  }
}

interface StateMarkProps {
  severity: Severity;
  size?: number;
  /** On a ground that has the severity's own fill: shape and digit trade colours. */
  inverse?: boolean;
  /** Without its digit where it is no alarm's priority. */
  digit?: boolean;
}

/**
 * A severity as a shape of its own with its digit: octagon 1, triangle 2, diamond 3, broken square ?, ring. Beside it
 * there is always a word, so it is hidden from assistive technology.
 */
export function StateMark({ severity, size = 20, inverse = false, digit = true }: StateMarkProps) {
  const swap = inverse && severity !== 'none' && severity !== 'no-data';
  const fill = severity === 'none' ? 'none' : swap ? 'var(--sev-ink)' : 'var(--sev-fill)';
  const ink = swap ? 'var(--sev-fill)' : 'var(--sev-ink)';
  const line = swap ? 'var(--sev-ink)' : 'var(--sev-line)';
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" data-severity={severity}>
      <g fill={fill} stroke={line} strokeWidth={severity === 'none' ? 2.5 : 1.5}>
        {shapeOf(severity)}
      </g>
      <text
        x="12"
        y={BASELINES[severity]}
        textAnchor="middle"
        fill={ink}
        fontSize={severity === 'p2' ? 12.5 : 13.5}
        fontWeight="700"
        fontFamily="system-ui, sans-serif"
      >
        {digit ? DIGITS[severity] : WITHOUT_DIGIT[severity]}
      </text>
    </svg>
  );
}
