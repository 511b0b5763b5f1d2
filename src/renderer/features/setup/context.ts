import { createContext, useContext } from 'react';
import { type Finding, PROBED_STEPS, type ProbeItem, probeBasis, type SetupStep, valueAt } from '#shared/setup';
import type { Draft } from './use-draft.ts';

export interface WizardState {
  draft: Draft;
  step: SetupStep;
  touched: ReadonlySet<string>;
  touch(field: string): void;
}

export const WizardContext = createContext<WizardState | null>(null);

/** The draft that is being filled in. Within the wizard alone. */
export function useWizard(): WizardState {
  const wizard = useContext(WizardContext);
  if (!wizard) throw new Error('used outside of the wizard');
  return wizard;
}

export interface FieldState<T> {
  value: T;
  set(value: T): void;
  touch(): void;
  /** What to show of what is wrong with it. */
  findings: readonly Finding[];
  /** What probes found of it as it is now, the worst first. */
  probed: readonly ProbeItem[];
  /** What it was before this draft edits it; undefined: the same, or nothing is edited. */
  before: T | undefined;
}

const NONE: readonly Finding[] = [];
const WORST = { fail: 0, unknown: 1, warn: 2, pass: 3 } as const;

/** What tells exchanged ports, or instances, from a firewall stands before what merely was refused. */
const isCause = ({ id }: ProbeItem) => /^(protocol|exchanged) /.test(id);

/** A field of the draft: its value, and what is known of it. */
export function useField<T>(field: string): FieldState<T> {
  const { draft, step, touched, touch } = useWizard();
  const shown = touched.has(field) || draft.visited.includes(step);
  const own = draft.findings.filter((finding) => finding.field === field);
  const value = valueAt(draft.values, field) as T;
  const { before } = draft.view.draft;
  const was = before === null ? value : (valueAt(before, field) as T);
  // What was found of other values says nothing of these; below the step it stays, and is called old.
  const probed = PROBED_STEPS.flatMap((at) => {
    const run = draft.view.draft.probes[at];
    return run?.basis === probeBasis(at, draft.values) ? run.items.filter((item) => item.field === field) : [];
  });
  return {
    value,
    set: (next) => draft.set(field, next),
    touch: () => touch(field),
    findings: shown ? own : NONE,
    probed: [...probed].sort((a, b) => WORST[a.result] - WORST[b.result] || Number(isCause(b)) - Number(isCause(a))),
    before: Object.is(was, value) ? undefined : was,
  };
}
