import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { outliveReaders } from '#core/command-line';

describe('output whose reader may go', () => {
  it('outlives the reader, and throws what else is wrong with it', () => {
    const outlet = new EventEmitter();
    outliveReaders([outlet as unknown as NodeJS.WritableStream]);
    const failing = (code: string) => () => outlet.emit('error', Object.assign(new Error(code), { code }));
    expect(failing('EPIPE')).not.toThrow();
    expect(failing('ENOSPC')).toThrow('ENOSPC');
  });
});
