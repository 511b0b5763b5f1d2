import type { Message } from '#shared/domain';

/** A parameter whose name ends like this is a moment in epoch ms, to be said in the reader's own zone. */
const MOMENT = /[a-z]At$/;

/** The parameters as they are said. */
export function saidParams(params: Message['params'], moment: (atMs: number) => string): Message['params'] {
  const moments = Object.entries(params).filter(([name, value]) => MOMENT.test(name) && typeof value === 'number');
  if (moments.length === 0) return params;
  return { ...params, ...Object.fromEntries(moments.map(([name, value]) => [name, moment(Number(value))])) };
}
