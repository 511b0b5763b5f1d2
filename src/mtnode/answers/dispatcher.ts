import type { z } from 'zod';
import { LossRefused } from '#mtnode/data';
import { beatDisposition, sessionKey } from '#mtnode/instance';
import {
  judgePromotion,
  judgeRoute,
  type Leadership,
  type PromotionRequest,
  type PromotionVerdict,
} from '#mtnode/leadership';
import { type NodeContext, ownEpoch } from '#mtnode/parts';
import { refusePromise } from '#mtnode/right';
import type { Hello } from '#mtnode/upkeep';
import { ERROR_NUMBERS, FUNCTIONS, isPracticeFunction } from '#shared/domain';
import { sentence } from '#shared/i18n';
import {
  completeStartupRequestSchema,
  confirmRequestSchema,
  digestRequestSchema,
  heartbeatRequestSchema,
  helloRequestSchema,
  loginRequestSchema,
  lookRequestSchema,
  promiseRequestSchema,
  promoteRequestSchema,
  type Request,
  readRequestSchema,
  systemInfoRequestSchema,
  writeRequestSchema,
} from '#shared/protocol';
import { safeParse } from '#shared/reading';
import { type Answer, errorAnswer } from './answer.ts';
import { DataFunctions } from './data-functions.ts';
import { LoadWait } from './load-wait.ts';

type Handler = (request: Request) => Answer | Promise<Answer>;

/** The functions that are answered over f2 as well; the others change more than a datagram should. */
const OVER_F2: ReadonlySet<number> = new Set([
  FUNCTIONS.heartbeat,
  FUNCTIONS.systemInfo,
  FUNCTIONS.practicePromise,
  FUNCTIONS.practiceHello,
  FUNCTIONS.practiceLook,
  FUNCTIONS.practiceConfirm,
]);
/** The others make no sense from a client over t2, and are never answered. */
const OVER_F2_ALONE: ReadonlySet<number> = new Set([FUNCTIONS.practiceLook, FUNCTIONS.practiceConfirm]);

/** From function number to answer. Nothing a request holds makes it throw. */
export class Dispatcher {
  readonly #context: NodeContext;
  readonly #leadership: Leadership;
  readonly #hello: Hello;
  readonly #data: DataFunctions;
  readonly #loadWait: LoadWait;
  readonly #handlers: ReadonlyMap<number, Handler>;
  #promotion: { operationId: string; epoch: number; answer: Promise<Answer> } | undefined;

  constructor(context: NodeContext, leadership: Leadership, hello: Hello) {
    this.#context = context;
    this.#leadership = leadership;
    this.#hello = hello;
    this.#data = new DataFunctions(context);
    this.#loadWait = new LoadWait(context, leadership);
    const handlers: [number, Handler][] = [
      [FUNCTIONS.heartbeat, checked(heartbeatRequestSchema, (body) => this.#heartbeat(body))],
      [FUNCTIONS.completeStartup, checked(completeStartupRequestSchema, (body) => this.#completeStartup(body.epoch))],
      [FUNCTIONS.promote, checked(promoteRequestSchema, (body) => this.#promote(body))],
      [FUNCTIONS.systemInfo, checked(systemInfoRequestSchema, (body) => this.#systemInfo(body))],
      [FUNCTIONS.practicePromise, checked(promiseRequestSchema, (body) => this.#promise(body))],
      [FUNCTIONS.practiceHello, checked(helloRequestSchema, (body) => this.#answerHello(body))],
      [FUNCTIONS.practiceLook, checked(lookRequestSchema, (body) => this.#data.look(body))],
      [FUNCTIONS.practiceConfirm, checked(confirmRequestSchema, (body) => this.#data.confirm(body))],
    ];
    if (context.options.practice)
      handlers.push(
        [FUNCTIONS.practiceLogin, checked(loginRequestSchema, (body) => this.#login(body.system))],
        [FUNCTIONS.practiceWrite, checked(writeRequestSchema, (body) => this.#data.write(body))],
        [FUNCTIONS.practiceRead, checked(readRequestSchema, (body) => this.#data.read(body))],
        [FUNCTIONS.practiceDigest, checked(digestRequestSchema, (body) => this.#data.digest(body))],
      );
    this.#handlers = new Map(handlers);
  }

  /** Answers at once where it can: a beat's 0 must leave in the same moment in which the right to give it was checked. */
  answer(request: Request, transport: 't2' | 'f2'): Answer | Promise<Answer> {
    const handler = this.#handlers.get(request.function);
    if (handler === undefined)
      return errorAnswer(
        ERROR_NUMBERS.unknownFunction,
        isPracticeFunction(request.function) ? 'not a practice node' : `function ${request.function} is not known`,
      );
    const isHere = transport === 'f2' ? OVER_F2.has(request.function) : !OVER_F2_ALONE.has(request.function);
    if (!isHere)
      return errorAnswer(
        ERROR_NUMBERS.unknownFunction,
        `function ${request.function} is not answered over ${transport}`,
      );
    return handler(request);
  }

  /** Something may have changed that a question waits for. */
  consider(): void {
    this.#loadWait.consider();
  }

  #heartbeat(body: z.infer<typeof heartbeatRequestSchema>): Answer {
    const answer = this.#beat(body);
    const { data } = this.#context;
    return answer === 'close' || data === undefined ? answer : { ...answer, lsn: data.beatLsn };
  }

  #beat(body: z.infer<typeof heartbeatRequestSchema>): Answer {
    const { self, guard, sessions, ports } = this.#context;
    const { role } = self.facts;
    const disposition = beatDisposition(self.facts, role === 'primary' && guard.check().basis !== 'none');
    if (disposition === 'close') return 'close';
    if (disposition === 'switching') return errorAnswer(ERROR_NUMBERS.switching, 'becoming primary');
    if (disposition === 'standby') return errorAnswer(ERROR_NUMBERS.standby, 'standby');
    const key = sessionKey(body);
    const known = key !== undefined && sessions.touch(key, ports.clock.monotonicMs());
    return known
      ? { error_no: ERROR_NUMBERS.ok }
      : errorAnswer(ERROR_NUMBERS.unknownSession, 'the session is not known');
  }

  #login(system: 'O3' | 'O45'): Answer | Promise<Answer> {
    const { self, guard, sessions, ports, data } = this.#context;
    const disposition = beatDisposition(self.facts, self.facts.role === 'primary' && guard.check().basis !== 'none');
    if (disposition === 'close') return 'close';
    if (disposition !== 'serve') return errorAnswer(ERROR_NUMBERS.wrongState, `the instance is ${self.facts.role}`);
    if (sessions.isFull) return errorAnswer(ERROR_NUMBERS.wrongState, 'too many sessions');
    const value = ports.random.uuid();
    const kind = system === 'O3' ? 'session' : 'token';
    const done: Answer = { error_no: ERROR_NUMBERS.ok, [system === 'O3' ? 'session_id' : 'user_token']: value };
    if (data === undefined) {
      sessions.add({ kind, value }, ports.clock.monotonicMs());
      return done;
    }
    const notDone = errorAnswer(ERROR_NUMBERS.notAcknowledged, 'the session is not acknowledged');
    return this.#data.logIn({ kind, value }).then((added) => (added ? done : notDone));
  }

  #completeStartup(epoch: number | undefined): Answer {
    const { self } = this.#context;
    if (epoch === undefined) return { ...this.#status(), error_no: ERROR_NUMBERS.ok };
    if (epoch !== self.facts.heldEpoch) {
      const number = epoch < ownEpoch(this.#context) ? ERROR_NUMBERS.staleEpoch : ERROR_NUMBERS.wrongState;
      return { ...this.#status(), error_no: number, error_info: `epoch ${epoch} is not held here` };
    }
    const done = this.#leadership.completePromotion();
    return { ...this.#status(), error_no: done ? ERROR_NUMBERS.ok : ERROR_NUMBERS.switching };
  }

  #promote(body: z.infer<typeof promoteRequestSchema>): Answer | Promise<Answer> {
    const request: PromotionRequest = {
      epoch: body.epoch,
      token: body.token,
      operationId: body.operation_id,
      acceptLoss: body.accept_loss ?? 0,
    };
    const running = this.#promotion;
    if (running?.epoch === request.epoch && running.operationId === request.operationId) return running.answer;
    const { options, incarnation, self, memory, promises, ports, data } = this.#context;
    const verdict = judgePromotion(
      { ...request, incarnation: body.incarnation },
      {
        single: options.single,
        incarnation,
        role: self.facts.role,
        status: self.facts.status,
        state: memory.state,
        accepted: this.#leadership.accepted,
        begun: this.#leadership.claiming,
        isDataUsable: data?.damage === undefined,
        promiseLeftMs: promises.bindingLeftMs(ports.clock.monotonicMs()),
      },
    );
    if (verdict.kind !== 'go') return this.#promotionAnswer(verdict);
    const answer = this.#promoteByRoute(request).finally(() => {
      this.#promotion = undefined;
    });
    this.#promotion = { epoch: request.epoch, operationId: request.operationId, answer };
    return answer;
  }

  /** Reads the route itself: what a console says counts only as far as the route says it too. */
  async #promoteByRoute(request: PromotionRequest): Promise<Answer> {
    const { routes, ports, options, incarnation, log, data, lastRoute } = this.#context;
    try {
      return await this.#leadership.whileClaiming(async () => {
        const judge = async () => {
          const found = await routes.read();
          return judgeRoute(request, found?.route, { instance: options.instance, incarnation });
        };
        // The watch has shown it already, mostly: what was closed once for this operation stays so.
        const shown = judgeRoute(request, lastRoute()?.route, { instance: options.instance, incarnation });
        const before = shown.kind === 'go' ? shown : await judge();
        if (before.kind !== 'go') return this.#promotionAnswer(before);
        await this.#leadership.undisturbed();
        this.#leadership.preparation.begin(request);
        // The route is closed for whoever served: what the mount or the record says from now on stays true.
        await data?.seal(request.epoch, request.acceptLoss);
        const { generation } = ports.zookeeper.status();
        const verdict = data === undefined && before !== shown ? before : await judge();
        if (verdict.kind === 'go') await this.#leadership.beginPromotion(request, generation);
        else this.#abandon();
        return this.#promotionAnswer(verdict);
      });
    } catch (failure) {
      this.#abandon();
      if (failure instanceof LossRefused) return this.#lossAnswer(failure);
      log.warn('a promotion could not be carried out', { error: failure });
      return errorAnswer(ERROR_NUMBERS.internal, 'the route could not be read, or the epoch not be stored');
    }
  }

  #abandon(): void {
    this.#leadership.preparation.withdraw();
    this.#context.data?.abandon();
  }

  #lossAnswer({ message, bound, reason }: LossRefused): Answer {
    this.#context.log.warn('refuses a promotion', { why: message, bound, reason: reason?.key });
    const info = reason === null ? message : `${message}: ${sentence('en', reason)}`;
    return {
      ...this.#status(),
      ...{ error_no: ERROR_NUMBERS.dataLoss, error_info: info.slice(0, 500), loss_bound: bound, reason },
    };
  }

  #promotionAnswer(verdict: PromotionVerdict): Answer {
    if (verdict.kind !== 'refuse') return { ...this.#status(), error_no: ERROR_NUMBERS.ok };
    this.#context.log.warn('refuses a promotion', { errorNumber: verdict.errorNumber, why: verdict.info });
    return { ...this.#status(), error_no: verdict.errorNumber, error_info: verdict.info };
  }

  #promise(request: z.infer<typeof promiseRequestSchema>): Answer {
    const { self, memory, promises, ports, options, lastRoute, log, peerSight } = this.#context;
    peerSight.hear(request.instance, request.incarnation, 'promise', { serves: true });
    const refused = refusePromise(request, {
      role: self.facts.role,
      promotionBegun: this.#leadership.claiming,
      highestEpoch: memory.state.highestEpoch,
      route: lastRoute()?.route,
    });
    if (refused !== null) return errorAnswer(refused, `the instance is ${self.facts.role}`);
    const now = ports.clock.monotonicMs();
    if (promises.givenLeftMs(now) === 0) log.warn('promises to refuse promotion', { to: request.instance });
    // Never longer than this instance waits after its own start: its next life knows nothing of what it gave.
    const promiseMs = Math.min(request.promise_ms, options.promiseMs);
    promises.give(now, promiseMs);
    return { error_no: ERROR_NUMBERS.ok, instance: options.instance, promise_ms: promiseMs };
  }

  #answerHello(from: z.infer<typeof helloRequestSchema>): Answer {
    const { self, guard, incarnation, peers, peerSight, data } = this.#context;
    // Only who is no primary says hello.
    peerSight.hear(from.instance, from.incarnation, 'hello', { serves: false });
    const primary = self.facts.role === 'primary';
    // Anybody can send a datagram: to whom else it says so, the standby would not hear it.
    const isStandby = peers.get(from.instance)?.registration.incarnation === from.incarnation;
    const redo = isStandby ? data?.tellPosition() : undefined;
    return {
      error_no: primary ? ERROR_NUMBERS.ok : ERROR_NUMBERS.wrongState,
      incarnation,
      role: self.facts.role,
      serving: primary && guard.right().basis !== 'none',
      promise_held: guard.mayHoldPromise(),
      ...(redo === undefined ? {} : { redo }),
    };
  }

  #status(): Record<string, unknown> {
    const { phases, data } = this.#context;
    const said = { ...this.#context.saying(), phases: phases.progress() };
    return data === undefined ? said : { ...said, data: data.status() };
  }

  #systemInfo(body: z.infer<typeof systemInfoRequestSchema>): Answer | Promise<Answer> {
    const answer = () => this.#info(body.sums_at_lsn);
    return this.#loadWait.wait(body.wait_loaded_ms ?? 0)?.then(answer) ?? answer();
  }

  #info(sumsAtLsn: number | undefined): Answer {
    const { data, options, incarnation, ports, sessions, guard, promises, self, peerSight } = this.#context;
    const right = guard.right();
    const primary = self.facts.role === 'primary';
    return {
      ...this.#status(),
      error_no: ERROR_NUMBERS.ok,
      svr_mode: options.single ? 1 : 0,
      node: options.node,
      incarnation,
      pid: ports.process.pid,
      driver: options.driver,
      self_fence: true,
      sessions: sessions.count,
      lease_left_ms: primary ? right.leftMs : null,
      promise_left_ms: promises.givenLeftMs(ports.clock.monotonicMs()),
      on_promise: primary && right.basis === 'promise',
      hello_acknowledged_by: this.#hello.acknowledgedBy(),
      peer: peerSight.told(),
      ...(sumsAtLsn === undefined || data === undefined ? {} : { sums_at: data.sumsAt(sumsAtLsn) }),
    };
  }
}

/** A handler that sees its request only through its schema. */
function checked<T>(schema: z.ZodType<T>, handle: (body: T) => Answer | Promise<Answer>): Handler {
  return (request) => {
    const parsed = safeParse(schema, request);
    if (parsed.success) return handle(parsed.data);
    const issue = parsed.error.issues[0];
    return errorAnswer(
      ERROR_NUMBERS.malformedRequest,
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'malformed'}`,
    );
  };
}
