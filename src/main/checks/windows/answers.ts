import { z } from 'zod';
import { redactCommand } from '#core/logging';
import type { ListedProcess } from '../parsers/processes.ts';
import type { ListeningPort } from '../parsers/sockets.ts';

/** PowerShell unrolls arrays of one, and says nothing for none. */
const list = <T extends z.ZodType>(item: T) =>
  z
    .union([z.array(item), item, z.null()])
    .optional()
    .transform((value): z.infer<T>[] =>
      value === null || value === undefined ? [] : Array.isArray(value) ? value : [value],
    );

const systemSchema = z.object({ system: z.string(), windows: z.boolean() });
const processesSchema = z.object({
  now: z.number(),
  processes: list(
    z.object({
      pid: z.number(),
      parent: z.number().nullable(),
      command: z.string().nullable(),
      started: z.number().nullable(),
    }),
  ),
});
const portSchema = z.object({ address: z.string(), port: z.number(), pid: z.number() });
const portsSchema = z.object({ tcp: list(portSchema), udp: list(portSchema) });
const disksSchema = z.object({
  disks: list(z.object({ drive: z.string(), free: z.number().nullable(), size: z.number().nullable() })),
});
const clockSchema = z.object({ now: z.number(), service: z.string() });

/** The JSON value of a script's output: what stands before it, as a banner does, is passed over. Undefined: there is none. */
export function jsonIn(text: string): unknown {
  const start = text.search(/[[{]/);
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

const parsed = <T extends z.ZodType>(schema: T, text: string): z.infer<T> | undefined =>
  schema.safeParse(jsonIn(text)).data as z.infer<T> | undefined;

/** What the system calls itself; undefined where it is no Windows. */
export function windowsSystem(text: string): string | undefined {
  const found = parsed(systemSchema, text);
  return found?.windows ? found.system : undefined;
}

/** Undefined: the script said something else. */
export function windowsProcesses(text: string): ListedProcess[] | undefined {
  const found = parsed(processesSchema, text);
  return found?.processes.map(({ pid, parent, command, started }) => ({
    pid,
    parent,
    runningS: started === null ? null : Math.max(0, Math.round((found.now - started) / 1_000)),
    command: command ?? '',
    line: redactCommand(`${pid} ${parent ?? '-'} ${command ?? ''}`),
  }));
}

/** Undefined: the script said something else. */
export function windowsPorts(text: string): ListeningPort[] | undefined {
  const found = parsed(portsSchema, text);
  if (!found) return undefined;
  const of = (protocol: 'tcp' | 'udp') =>
    found[protocol].map(({ address, port, pid }) => ({
      ...{ protocol, address, port, processes: [] },
      line: `${protocol} ${address}:${port} pid ${pid}`,
    }));
  return [...of('tcp'), ...of('udp')];
}

/** The share of a drive that is free, in percent; undefined where it is not told. */
export function windowsFreePercent(text: string, drive: string): { percent: number; line: string } | undefined {
  const disk = parsed(disksSchema, text)?.disks.find((each) => each.drive.toUpperCase() === drive.toUpperCase());
  if (!disk || disk.free === null || disk.size === null || disk.size <= 0) return undefined;
  return { percent: (100 * disk.free) / disk.size, line: `${disk.drive} free ${disk.free} of ${disk.size}` };
}

/** Epoch ms, and the state of the time service. Undefined: the script said something else. */
export function windowsClock(text: string): { wallMs: number; service: string } | undefined {
  const found = parsed(clockSchema, text);
  return found && { wallMs: found.now, service: found.service };
}
