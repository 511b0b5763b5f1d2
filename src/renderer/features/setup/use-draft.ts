import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { saidOf, useLink, useSetup } from '#renderer/state';
import type { Message } from '#shared/domain';
import { type Finding, findingsOf, type SetupStep, type SetupValues, type SetupView, withValue } from '#shared/setup';

/** Typing is kept once it pauses for this long. */
const SAVE_AFTER_MS = 250;

export interface Draft {
  view: SetupView;
  values: SetupValues;
  findings: readonly Finding[];
  visited: readonly SetupStep[];
  set(field: string, value: unknown): void;
  visit(step: SetupStep): void;
  /** Resolves once what was typed is in main; rejects where that failed. */
  flush(): Promise<void>;
  /** Why the last change could not be kept; null: it is. */
  problem: Message | null;
  /** Takes what main holds in place of what was typed. */
  reload(): void;
}

interface Local {
  values: SetupValues;
  visited: SetupStep[];
}

/** A draft as it is being typed: kept in main on every pause. undefined: not there yet; null: there is no such draft. */
export function useDraft(id: string, step: SetupStep | null): Draft | null | undefined {
  const link = useLink();
  const view = useSetup(id);
  const [local, setLocal] = useState<Local | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);
  const state = useRef({ revision: -1, typed: 0, kept: 0, saving: null as Promise<void> | null });
  const latest = useRef<Local | null>(null);
  const stepNow = useRef(step);
  stepNow.current = step;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const take = useCallback((draft: SetupView['draft']) => {
    state.current.revision = draft.revision;
    latest.current = { values: draft.values, visited: draft.visited };
    setLocal(latest.current);
    setProblem(null);
  }, []);

  // What another screen changed is taken over while nothing is being typed here.
  useEffect(() => {
    if (!view) return;
    const { typed, kept, saving, revision } = state.current;
    if (typed === kept && saving === null && view.draft.revision > revision) take(view.draft);
  }, [view, take]);

  const save = useCallback(async (): Promise<void> => {
    const now = state.current;
    while (now.typed !== now.kept && latest.current) {
      const typed = now.typed;
      const { values, visited } = latest.current;
      const { revision } = await link.call('setup.save', {
        id,
        revision: now.revision,
        values,
        visited,
        step: stepNow.current ?? 'mode',
      });
      now.revision = revision;
      now.kept = typed;
    }
  }, [link, id]);

  const flush = useCallback((): Promise<void> => {
    clearTimeout(timer.current);
    const now = state.current;
    now.saving ??= save()
      .then(
        () => setProblem(null),
        (error: unknown) => {
          setProblem(saidOf(error));
          throw error;
        },
      )
      .finally(() => {
        now.saving = null;
      });
    return now.saving;
  }, [save]);

  const change = useCallback(
    (next: (before: Local) => Local) => {
      if (!latest.current) return;
      latest.current = next(latest.current);
      setLocal(latest.current);
      state.current.typed += 1;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush().catch(() => {}), SAVE_AFTER_MS);
    },
    [flush],
  );

  // Leaving the page keeps what was typed.
  useEffect(() => () => void flush().catch(() => {}), [flush]);

  // The step that one is at is part of the draft: it is resumed there.
  useEffect(() => {
    if (step && latest.current) change((before) => before);
  }, [step, change]);

  const context = view?.context;
  const findings = useMemo(() => (local && context ? findingsOf(local.values, context) : []), [local, context]);
  const set = useCallback(
    (field: string, value: unknown) =>
      change((before) => ({ ...before, values: withValue(before.values, field, value) })),
    [change],
  );
  const visit = useCallback(
    (visited: SetupStep) =>
      change((before) =>
        before.visited.includes(visited) ? before : { ...before, visited: [...before.visited, visited] },
      ),
    [change],
  );
  const reload = useCallback(() => {
    if (!view) return;
    state.current.kept = state.current.typed;
    take(view.draft);
  }, [view, take]);

  if (view === null) return null;
  if (!view || !local) return undefined;
  return { view, values: local.values, visited: local.visited, findings, set, visit, flush, problem, reload };
}
