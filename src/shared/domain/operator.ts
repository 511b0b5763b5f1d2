import { z } from 'zod';

/** Who asks for a change: a name, as they write it. */
export const operatorSchema = z.string().trim().min(1).max(64);

/** Whether two names as they were written are one person's: case, width of letters and spaces tell nobody apart. */
export function isSameOperator(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, '');
}
