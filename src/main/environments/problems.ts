import type { z } from 'zod';
import type { FieldProblem } from '#shared/contract';
import { problemMessage } from '#shared/i18n';

/** A schema's issues with an input as problems of its fields, in catalogue messages. */
export function fieldProblems(error: z.ZodError, input: unknown): FieldProblem[] {
  return error.issues.map((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
    return {
      path,
      message: problemMessage(issue as Parameters<typeof problemMessage>[0], valueAt(input, path) === undefined),
    };
  });
}

function valueAt(input: unknown, path: readonly (string | number)[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** A field's place as a person writes it: `environments[0].pairs[1].node`. */
export function pathText(path: readonly (string | number)[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
  return text.replace(/^\./, '') || '(file)';
}
