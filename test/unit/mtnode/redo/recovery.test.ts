import { describe, expect, it } from 'vitest';
import { datName, MARK_FILE, RedoDamage, segmentName, segmentsOf } from '#mtnode/redo';
import { ModelDisk } from '#test/model-disk';
import { append, appendOrders, filledLog, openLog, orderEntry, saveDat } from './kit.ts';

const RECORDS = 22;

/** Records forced one after the other; the mark is what a power cut might leave where `markLsn` is given. */
async function folder(markLsn = RECORDS): Promise<ModelDisk> {
  const model = new ModelDisk();
  const log = await openLog(model);
  let mark = model.bytes(MARK_FILE);
  append(log, 1, { type: 'epoch', instance: 'a' });
  for (let lsn = 1; lsn <= RECORDS; lsn++) {
    if (lsn > 1) append(log, 1, orderEntry(`key-${lsn}`));
    await log.flush();
    if (lsn === markLsn) mark = model.bytes(MARK_FILE);
  }
  model.put(MARK_FILE, mark ?? Buffer.alloc(0));
  return model;
}

async function newest(model: ModelDisk): Promise<{ name: string; lsn: number; bytes: Buffer }> {
  const last = segmentsOf(await model.list()).at(-1);
  if (last === undefined) throw new Error('no segment');
  return { ...last, bytes: model.bytes(last.name) ?? Buffer.alloc(0) };
}

async function refusal(model: ModelDisk): Promise<RedoDamage> {
  const before = new Map(model.names().map((name) => [name, model.bytes(name)?.toString('hex')]));
  const error = await openLog(model).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RedoDamage);
  expect(new Map(model.names().map((name) => [name, model.bytes(name)?.toString('hex')]))).toEqual(before);
  return error as RedoDamage;
}

function flip(model: ModelDisk, name: string, at: number): void {
  const bytes = model.bytes(name) ?? Buffer.alloc(0);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  model.put(name, bytes);
}

describe('recovery after a crash', () => {
  it('cuts a tail that was never forced, at every byte of it', async () => {
    const { model, log } = await filledLog(6);
    const { name, bytes: before } = await newest(model);
    append(log, 1, orderEntry('never-forced'));
    await log.flush();
    const whole = model.bytes(name) ?? Buffer.alloc(0);
    expect(whole.length).toBeGreaterThan(before.length);
    for (let length = before.length; length < whole.length; length++) {
      const { model: image } = await filledLog(6);
      image.put(name, whole.subarray(0, length));
      const recovered = await openLog(image);
      expect(recovered.lastLsn).toBe(6);
      expect(image.bytes(name)).toEqual(before);
    }
  });

  it('keeps what was written but not forced when the process alone died, and forces it', async () => {
    const { model, log } = await filledLog(6);
    model.syncError = 'EIO';
    append(log, 1, orderEntry('written'));
    await expect(log.flush()).rejects.toThrow();
    model.syncError = undefined;
    const { name, bytes } = await newest(model);
    const image = new ModelDisk();
    for (const file of model.names()) image.put(file, model.bytes(file) ?? Buffer.alloc(0));
    image.put(name, bytes);
    expect((await openLog(image)).lastLsn).toBe(7);
    image.crash();
    expect((await openLog(image)).lastLsn).toBe(7);
  });

  it.each([
    ['of no bytes', (header: Buffer) => header.subarray(0, 0)],
    ['of half a header', (header: Buffer) => header.subarray(0, 13)],
    ['of zeros', (header: Buffer) => Buffer.alloc(header.length + 40)],
  ])('removes a newest segment %s, which a crash left while it was made', async (_, make) => {
    const model = await folder();
    const { bytes } = await newest(model);
    model.put(segmentName(RECORDS + 1), make(bytes.subarray(0, 44)));
    const log = await openLog(model);
    expect(log.lastLsn).toBe(RECORDS);
    expect(model.names()).not.toContain(segmentName(RECORDS + 1));
    append(log, 1, orderEntry('more'));
    expect(await log.flush()).toBe(RECORDS + 1);
  });

  it('removes older dats, which a crash left between the new one and their removal', async () => {
    const { model, log } = await filledLog(10);
    await saveDat(model, log);
    const old = model.bytes(datName(10)) ?? Buffer.alloc(0);
    appendOrders(log, 1, 3);
    await saveDat(model, log);
    model.put(datName(10), old);
    expect(await openLog(model)).toMatchObject({ datLsn: 13, firstLsn: 1, lastLsn: 13 });
    expect(model.names()).not.toContain(datName(10));
  });

  it('goes on where a removal of segments was interrupted', async () => {
    const { model, log } = await filledLog(20);
    await saveDat(model, log);
    model.delete(segmentName(1));
    const again = await openLog(model);
    expect(again.firstLsn).toBeGreaterThan(1);
    expect(again.lastLsn).toBe(20);
  });

  it('writes a mark where it is missing and nothing else is wrong', async () => {
    const model = await folder();
    model.delete(MARK_FILE);
    expect((await openLog(model)).lastLsn).toBe(RECORDS);
    expect(model.bytes(MARK_FILE)).toBeDefined();
  });

  it('needs one slot of the mark', async () => {
    const model = await folder();
    flip(model, MARK_FILE, 20);
    flip(model, MARK_FILE, 4_096 + 20);
    const { name, bytes } = await newest(model);
    // The slot that is left lags behind, as after a power cut; the tail says itself that it is torn.
    model.put(name, bytes.subarray(0, -3));
    expect((await openLog(model)).lastLsn).toBe(RECORDS - 1);
  });
});

describe('recovery refuses, naming file and byte,', () => {
  it('damage at or below the mark in the newest segment', async () => {
    const model = await folder();
    const { name, bytes } = await newest(model);
    flip(model, name, bytes.length - 3);
    const error = await refusal(model);
    expect(error.file).toBe(name);
    expect(error.offset).toBeLessThan(bytes.length - 3);
    expect(error.message).toContain(`${name}, byte ${error.offset}`);
  });

  it('a newest segment cut exactly between two records below the mark', async () => {
    const model = await folder();
    const error = await (async () => {
      const { name, bytes } = await newest(model);
      const torn = bytes.subarray(0, bytes.length - 3);
      model.put(name, torn);
      const { offset } = await refusal(model);
      model.put(name, bytes.subarray(0, offset));
      return refusal(model);
    })();
    expect(error.detail).toContain(`${RECORDS} was durable`);
  });

  it('damage above a mark that lags behind, where a later record says that it was durable', async () => {
    const model = await folder(3);
    const { name, bytes, lsn } = await newest(model);
    expect(lsn).toBeGreaterThan(4);
    // Its second record: the third one was written after the second had been forced.
    expect(bytes.length).toBeGreaterThan(220);
    flip(model, name, 130);
    expect(await refusal(model)).toMatchObject({ file: name, detail: expect.stringContaining('later record') });
  });

  it('damage in a segment that another one follows', async () => {
    const model = await folder(0);
    const [first] = segmentsOf(await model.list());
    flip(model, first?.name ?? '', 100);
    expect(await refusal(model)).toMatchObject({ file: first?.name, detail: 'wrong checksum' });
  });

  it.each([0, 5, 13, 30])('a damaged header at byte %i', async (at) => {
    const model = await folder(0);
    flip(model, segmentName(1), at);
    expect(await refusal(model)).toMatchObject({ file: segmentName(1) });
  });

  it('a segment of another version, even where it holds nothing yet', async () => {
    const model = await folder();
    const { bytes } = await newest(model);
    const header = Buffer.from(bytes.subarray(0, 60));
    header.writeUInt32LE(2, 8);
    model.put(segmentName(RECORDS + 1), header);
    expect(await refusal(model)).toMatchObject({
      file: segmentName(RECORDS + 1),
      offset: 8,
      detail: 'version 2 is not known here',
    });
  });

  it('a segment missing in the middle', async () => {
    const model = await folder(0);
    const missing = segmentsOf(await model.list())[1];
    model.delete(missing?.name ?? '');
    expect(await refusal(model)).toMatchObject({ file: missing?.name, offset: 0 });
  });

  it('the first segment missing, where no dat has what was in it', async () => {
    const model = await folder(0);
    model.delete(segmentName(1));
    const [first] = segmentsOf(await model.list());
    expect(await refusal(model)).toMatchObject({ file: first?.name, offset: 0 });
  });

  it('the newest segment missing below the mark', async () => {
    const model = await folder();
    const { name } = await newest(model);
    model.delete(name);
    expect((await refusal(model)).detail).toContain(`${RECORDS} was durable`);
  });

  it('every segment missing', async () => {
    const model = await folder();
    for (const { name } of segmentsOf(await model.list())) model.delete(name);
    expect((await refusal(model)).detail).toBe('it is missing');
  });

  it('an unreadable mark, where nothing else is left', async () => {
    const model = new ModelDisk();
    model.put(MARK_FILE, Buffer.alloc(9));
    expect(await refusal(model)).toMatchObject({ file: MARK_FILE, offset: 0 });
  });

  it('a dat alone, when the mark says that there was a segment after it', async () => {
    const { model, log } = await filledLog(20);
    await saveDat(model, log);
    for (const { name } of segmentsOf(await model.list())) model.delete(name);
    expect((await refusal(model)).file).toMatch(/^redo-/);
  });

  it('a segment under another’s name', async () => {
    const model = await folder();
    model.put(segmentName(RECORDS + 1), model.bytes(segmentName(1)) ?? Buffer.alloc(0));
    expect(await refusal(model)).toMatchObject({ file: segmentName(RECORDS + 1), offset: 0 });
  });

  it('a torn tail without a mark, for it may have been forced', async () => {
    const model = await folder();
    const { name, bytes } = await newest(model);
    model.put(name, bytes.subarray(0, -1));
    model.put(MARK_FILE, Buffer.alloc(10));
    expect((await refusal(model)).detail).toContain(MARK_FILE);
  });

  it('a log that ends before its dat', async () => {
    const { model, log } = await filledLog(10);
    const { name, bytes } = await newest(model);
    appendOrders(log, 1, 1);
    await saveDat(model, log);
    model.put(name, bytes);
    model.delete(MARK_FILE);
    for (const segment of segmentsOf(await model.list())) if (segment.lsn > 10) model.delete(segment.name);
    expect((await refusal(model)).detail).toContain(datName(11));
  });

  it('any bit of a dat flipped, and a dat cut anywhere', async () => {
    const { model, log } = await filledLog(5);
    append(log, 1, { type: 'session', kind: 'token', value: 't' });
    await saveDat(model, log);
    const name = datName(6);
    const whole = model.bytes(name) ?? Buffer.alloc(0);
    for (let at = 0; at < whole.length; at++) {
      flip(model, name, at);
      expect(await refusal(model)).toMatchObject({ file: name });
      model.put(name, whole.subarray(0, at));
      expect(await refusal(model)).toMatchObject({ file: name });
      model.put(name, whole);
    }
    model.put(name, Buffer.concat([whole, Buffer.of(0)]));
    expect(await refusal(model)).toMatchObject({ file: name, offset: whole.length });
  });
});
