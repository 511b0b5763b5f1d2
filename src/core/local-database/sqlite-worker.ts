import { parentPort, workerData } from 'node:worker_threads';
import { DatabaseError } from './port.ts';
import type { SqliteAnswer, SqliteRequest, SqliteSetting } from './sqlite.ts';
import { SqliteStore } from './sqlite-store.ts';

// The thread in which SQLite may block: behind a lock, or in a file system that does not answer.
const setting = workerData as SqliteSetting;
const store = new SqliteStore(setting.file, setting.busyTimeoutMs);

parentPort?.on('message', (request: SqliteRequest) => parentPort?.postMessage(answerTo(request)));

function answerTo(request: SqliteRequest): SqliteAnswer {
  try {
    return { id: request.id, result: perform(request) };
  } catch (error) {
    if (error instanceof DatabaseError) return { id: request.id, problem: { code: error.code, detail: error.detail } };
    return {
      id: request.id,
      problem: { code: 'REFUSED', detail: error instanceof Error ? error.message : String(error) },
    };
  }
}

function perform(request: SqliteRequest): unknown {
  switch (request.kind) {
    case 'claim':
      return store.claim(request.node, request.history);
    case 'write':
      return store.write(request.node, request.epoch, request.rows, request.throughLsn);
    case 'baseData':
      return store.baseData();
    case 'countByKey':
      return store.countByKey(request.node, request.keys);
    case 'close':
      return store.close();
  }
}
