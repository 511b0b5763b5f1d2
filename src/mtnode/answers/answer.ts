/** What a function answers: its own fields with an error number, or nothing at all (the connection closes, F12). */
export type Answer = ({ error_no: number; error_info?: string } & Record<string, unknown>) | 'close';

const MAX_INFO = 500;

/** An answer that is an error, and what is wrong in a few words. */
export function errorAnswer(errorNumber: number, info: string): Answer {
  return { error_no: errorNumber, error_info: info.slice(0, MAX_INFO) };
}
