import type { EditPlan } from './edit.ts';
import { shownLines } from './shown.ts';
import { unifiedDiff } from './unified.ts';

/** The lines of a planned change in the unified format, as a person is shown them; empty where nothing changes. */
export function editDiff({ base, next }: EditPlan): string[] {
  if (base === next) return [];
  return unifiedDiff(shownLines(base), shownLines(next), { old: base.file, new: base.file });
}
