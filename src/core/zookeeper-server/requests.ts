import { digestIdentity, resolveAcl } from './acl.ts';
import { type JuteReader, JuteWriter } from './jute.ts';
import { runMulti } from './multi.ts';
import { readCreate } from './mutations.ts';
import { refuseNul } from './paths.ts';
import { ERROR, EVENT, OP, RequestError } from './protocol.ts';
import type { Requester } from './requester.ts';
import type { Store } from './store.ts';

type Handler = (store: Store, requester: Requester, input: JuteReader) => JuteWriter;

/** The operations of a session, by type; each returns the body of its answer or throws a RequestError. */
const HANDLERS = new Map<number, Handler>([
  [OP.create, create],
  [OP.delete, remove],
  [OP.exists, exists],
  [OP.getData, getData],
  [OP.setData, setData],
  [OP.getAcl, getAcl],
  [OP.setAcl, setAcl],
  [OP.getChildren, (store, requester, input) => getChildren(store, requester, input, false)],
  [OP.getChildren2, (store, requester, input) => getChildren(store, requester, input, true)],
  [OP.sync, (_store, _requester, input) => new JuteWriter().string(input.string())],
  [OP.multi, (store, requester, input) => runMulti(store, requester, input)],
  [OP.setWatches, setWatches],
]);

/** The body of the answer. Throws a RequestError whose code is the answer otherwise. */
export function handleRequest(store: Store, requester: Requester, type: number, input: JuteReader): JuteWriter {
  const handler = HANDLERS.get(type);
  if (!handler) throw new RequestError(ERROR.unimplemented);
  return handler(store, requester, input);
}

/** Adds what the credentials prove to the requester; throws AUTH_FAILED for a scheme that this server has not. */
export function authenticate(requester: Requester, input: JuteReader): void {
  input.int();
  const scheme = input.string();
  const credentials = input.buffer() ?? Buffer.alloc(0);
  if (scheme !== 'digest') throw new RequestError(ERROR.authFailed);
  const identity = digestIdentity(credentials);
  if (!requester.proved.some(({ id }) => id === identity.id)) requester.proved.push(identity);
}

function create(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const request = readCreate(requester, input);
  return new JuteWriter().string(store.change(requester.proved, (txn) => store.tree.create(txn, request())));
}

function remove(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const path = input.string();
  const version = input.int();
  store.change(requester.proved, (txn) => store.tree.remove(txn, path, version));
  return new JuteWriter();
}

function exists(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const path = input.string();
  refuseNul(path);
  // Left also where there is no node: it fires on creation.
  if (input.bool()) store.watches.addData(path, requester.watcher);
  return new JuteWriter().stat(store.tree.stat(path));
}

function getData(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const path = input.string();
  const watch = input.bool();
  const { data, stat } = store.tree.data(path, requester.proved);
  if (watch) store.watches.addData(path, requester.watcher);
  return new JuteWriter().buffer(data).stat(stat);
}

function setData(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const path = input.string();
  const data = input.buffer();
  const version = input.int();
  const stat = store.change(requester.proved, (txn) => store.tree.setData(txn, path, data, version));
  return new JuteWriter().stat(stat);
}

function getAcl(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const path = input.string();
  const { acl, stat } = store.tree.acl(path, requester.proved);
  return new JuteWriter().acl(acl).stat(stat);
}

function setAcl(store: Store, requester: Requester, input: JuteReader): JuteWriter {
  const path = input.string();
  const acl = input.acl();
  const version = input.int();
  const stat = store.change(requester.proved, (txn) =>
    store.tree.setAcl(txn, path, resolveAcl(acl, requester.proved), version),
  );
  return new JuteWriter().stat(stat);
}

function getChildren(store: Store, requester: Requester, input: JuteReader, withStat: boolean): JuteWriter {
  const path = input.string();
  const watch = input.bool();
  const { names, stat } = store.tree.children(path, requester.proved);
  if (watch) store.watches.addChildren(path, requester.watcher);
  const body = new JuteWriter();
  body.vector(names, (name) => body.string(name));
  return withStat ? body.stat(stat) : body;
}

/** A client that comes back re-arms its watches; those that would have fired meanwhile fire now. */
function setWatches(store: Store, { watcher }: Requester, input: JuteReader): JuteWriter {
  const seenZxid = input.long();
  const [data, exist, children] = [0, 1, 2].map(() => input.vector(() => input.string()));
  const { tree, watches } = store;
  for (const path of data ?? []) {
    if (!tree.has(path)) watcher.notify(EVENT.deleted, path);
    else if (tree.stat(path).mzxid > seenZxid) watcher.notify(EVENT.dataChanged, path);
    else watches.addData(path, watcher);
  }
  for (const path of exist ?? []) {
    if (tree.has(path)) watcher.notify(EVENT.created, path);
    else watches.addData(path, watcher);
  }
  for (const path of children ?? []) {
    if (!tree.has(path)) watcher.notify(EVENT.deleted, path);
    else if (tree.stat(path).pzxid > seenZxid) watcher.notify(EVENT.childrenChanged, path);
    else watches.addChildren(path, watcher);
  }
  return new JuteWriter();
}
