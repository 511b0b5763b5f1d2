import type { z } from 'zod';
import type { Random } from '#core/clock';
import type { Log } from '#core/logging';
import { COMMAND_INPUTS, type Command, type CommandOutput, type WireError } from '#shared/contract';
import { message } from '#shared/domain';
import { toWireError } from './errors.ts';

/** Who calls: the only thing in which the two transports differ. */
export interface CommandContext {
  /** Names the screen's connection in the log. */
  screen: string;
  shell: 'electron' | 'served';
}

type Input<C extends Command> = z.output<(typeof COMMAND_INPUTS)[C]>;

/** One handler a command, typed by the contract. */
export type CommandHandlers = {
  [C in Command]: (input: Input<C>, context: CommandContext) => CommandOutput<C> | Promise<CommandOutput<C>>;
};

export type CommandResult = { ok: true; value: unknown } | { ok: false; error: WireError };

export interface Router {
  /** Runs a command for either transport. Never rejects: whatever goes wrong is the result's error. */
  dispatch(command: string, input: unknown, context: CommandContext): Promise<CommandResult>;
}

const isCommand = (name: string): name is Command => Object.hasOwn(COMMAND_INPUTS, name);

/** Builds the router over the handlers. */
export function createRouter(handlers: CommandHandlers, log: Log, random: Random): Router {
  return {
    async dispatch(command, input, context) {
      if (!isCommand(command)) return { ok: false, error: invalid('error.unknownCommand', { command }) };
      const parsed = COMMAND_INPUTS[command].safeParse(input);
      if (!parsed.success) {
        const path = parsed.error.issues[0]?.path.join('.') || '-';
        return { ok: false, error: invalid('error.invalidInput', { command, path }) };
      }
      try {
        // The parsed input belongs to this command; TypeScript cannot follow that through the union of all of them.
        const handler = handlers[command] as (input: unknown, context: CommandContext) => unknown;
        return { ok: true, value: await handler(parsed.data, context) };
      } catch (error) {
        return { ok: false, error: toWireError(error) ?? internal(command, error, context) };
      }
    },
  };

  /** A defect: the screen gets a reference, the log gets the stack under it. */
  function internal(command: string, error: unknown, context: CommandContext): WireError {
    const reference = random.uuid().slice(0, 8);
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error('a command failed', { command, reference, screen: context.screen, detail });
    return { code: 'internal', message: message('error.internal', { reference }) };
  }
}

function invalid(key: string, params: Record<string, string>): WireError {
  const short = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, value.slice(0, 128)]));
  return { code: 'invalid', message: message(key, short) };
}
