import { type JuteReader, JuteWriter } from './jute.ts';
import { readCreate } from './mutations.ts';
import { ERROR, OP, RequestError } from './protocol.ts';
import type { Requester } from './requester.ts';
import type { Store } from './store.ts';
import type { DataTree, Transaction } from './tree.ts';

/** One operation of a multi: applies itself and writes its result. */
interface Step {
  type: number;
  apply: (tree: DataTree, txn: Transaction, result: JuteWriter) => void;
}

/** All or nothing. A failed multi is answered without an error of its own, by one error record for each operation. */
export function runMulti(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const steps = readSteps(requester, input);
  let applied = 0;
  try {
    return store.change(requester.proved, (txn) => {
      const body = new JuteWriter();
      for (const step of steps) {
        writeHeader(body, step.type, false, ERROR.ok);
        step.apply(store.tree, txn, body);
        applied += 1;
      }
      return endOf(body);
    });
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return errorRecords(steps.length, applied, error.code);
  }
}

function errorRecords(count: number, failedIndex: number, code: number): JuteWriter {
  const body = new JuteWriter();
  for (let index = 0; index < count; index++) {
    const own = index < failedIndex ? ERROR.ok : index === failedIndex ? code : ERROR.runtimeInconsistency;
    writeHeader(body, OP.error, false, own);
    body.int(own);
  }
  return endOf(body);
}

function readSteps(requester: Requester, input: JuteReader): Step[] {
  const steps: Step[] = [];
  for (;;) {
    const type = input.int();
    const done = input.bool();
    input.int();
    if (done) return steps;
    steps.push(readStep(requester, type, input));
  }
}

function readStep(requester: Requester, type: number, input: JuteReader): Step {
  switch (type) {
    case OP.create: {
      const request = readCreate(requester, input);
      return { type, apply: (tree, txn, result) => void result.string(tree.create(txn, request())) };
    }
    case OP.delete: {
      const path = input.string();
      const version = input.int();
      return { type, apply: (tree, txn) => tree.remove(txn, path, version) };
    }
    case OP.setData: {
      const path = input.string();
      const data = input.buffer();
      const version = input.int();
      return { type, apply: (tree, txn, result) => void result.stat(tree.setData(txn, path, data, version)) };
    }
    case OP.check: {
      const path = input.string();
      const version = input.int();
      return { type, apply: (tree, txn) => tree.check(txn, path, version) };
    }
    default:
      throw new RequestError(ERROR.marshalling);
  }
}

function writeHeader(body: JuteWriter, type: number, done: boolean, error: number): void {
  body.int(type).bool(done).int(error);
}

function endOf(body: JuteWriter): JuteWriter {
  writeHeader(body, OP.error, true, -1);
  return body;
}
