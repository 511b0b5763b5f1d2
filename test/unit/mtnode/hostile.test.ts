import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeFrame, parseReply, T2Decoder, type T2Frame } from '#core/frames';
import { ERROR_NUMBERS, FUNCTIONS } from '#shared/domain';
import { ModelCluster } from '#test/model-mt-cluster';

const frameOf = (body: Uint8Array): T2Frame =>
  body.byteLength === 0 ? { kind: 'empty' } : { kind: 'body', body: Buffer.from(body) };

it('whatever a frame holds, it is answered or its connection closed, and the next beat is answered', async () => {
  const cluster = new ModelCluster();
  const node = await cluster.start('A', { practice: true });
  await cluster.clock.advance(500);
  const functions = [...Object.values(FUNCTIONS), 0, 1];
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .tuple(fc.constantFrom(...functions), fc.dictionary(fc.string(), fc.jsonValue()))
      .map(([number, rest]) => Buffer.from(JSON.stringify({ ...rest, function: number, id: 1 }))),
    fc
      .record(
        {
          epoch: fc.oneof(fc.integer(), fc.double(), fc.string()),
          token: fc.string(),
          operation_id: fc.string(),
          incarnation: fc.string(),
          session_id: fc.string(),
          promise_ms: fc.integer(),
          instance: fc.string(),
        },
        { requiredKeys: [] },
      )
      .chain((rest) => fc.constantFrom(...functions).map((number) => ({ ...rest, function: number, id: 1 })))
      .map((request) => Buffer.from(JSON.stringify(request))),
  );
  await fc.assert(
    fc.asyncProperty(hostile, async (body) => {
      const connection = cluster.connect(node);
      await connection?.handler.onFrame(frameOf(body));
      expect(connection && (connection.got.length === 1 || connection.closed)).toBe(true);
      for (const reply of connection?.got ?? []) expect(reply.error_info ?? '').not.toContain('internal');
      expect(await cluster.beat(node)).toBe(0);
    }),
    { numRuns: 400 },
  );
  expect(node.node.isServing()).toBe(true);
});

it('a malformed frame gets 308000004, an empty one too', async () => {
  const cluster = new ModelCluster();
  const node = await cluster.start('A');
  const connection = cluster.connect(node);
  for (const body of ['{', '[]', '{"function":402000}', ''])
    await connection?.handler.onFrame(frameOf(Buffer.from(body)));
  expect(connection?.got.map((reply) => reply.error_no)).toEqual(Array(4).fill(ERROR_NUMBERS.malformedRequest));
  const [frame] = new T2Decoder().push(encodeFrame(connection?.got[0])).frames;
  expect(frame?.kind === 'body' && parseReply(frame.body).instance).toBe('A');
});
