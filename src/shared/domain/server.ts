import { z } from 'zod';

/**
 * What the console may know of the server that an instance runs on, so that it can look at it: how it gets there, what
 * should be mounted, where the files are. Everything may be left out; a check that needs it then says so.
 */
const text = (max: number) => z.string().min(1, 'problem.required').max(max, 'problem.tooLong');
export const serverAddressSchema = text(255).regex(/^[^\s/]+$/, 'problem.host');
export const portSchema = z
  .number('problem.port')
  .int('problem.port')
  .min(1, 'problem.port')
  .max(65535, 'problem.port');
/** Of a server: absolute, without control characters, and without `.` and `..`, which hide what is meant. */
export const absolutePathSchema = text(1_024).regex(/^\/(?!.*(^|\/)\.{1,2}(\/|$))[^\p{Cc}]*$/u, 'problem.absolutePath');
/** Of the console's own machine, which may run Windows; `~/` is the home directory. */
const localPath = text(1_024).regex(/^[^\p{Cc}]+$/u, 'problem.localPath');
const environmentVariable = text(128).regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'problem.environmentVariable');

/** The same, or on Windows with its drive. */
const redoDirectorySchema = z.union(
  [absolutePathSchema, text(1_024).regex(/^[A-Za-z]:[\\/][^\p{Cc}]*$/u, 'problem.absolutePath')],
  'problem.absolutePath',
);

export const sshAuthSchema = z.discriminatedUnion('type', [
  /** The agent of SSH_AUTH_SOCK, or of `socket`. */
  z.strictObject({ type: z.literal('agent'), socket: localPath.optional() }),
  z.strictObject({
    type: z.literal('key'),
    file: localPath,
    /** The environment variable with the key's passphrase. */
    passphraseEnv: environmentVariable.optional(),
  }),
  /** From the environment variable `env`; without one, or where it is empty, from the system's secret store. */
  z.strictObject({ type: z.literal('password'), env: environmentVariable.optional() }),
]);
export type SshAuth = z.infer<typeof sshAuthSchema>;

export const serverAccessSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('local'),
    /** Whether the few commands that need root are run through `sudo -n`. */
    sudo: z.boolean().default(false),
  }),
  z.strictObject({
    type: z.literal('ssh'),
    /** Where sshd listens; default: the instance's host. */
    host: serverAddressSchema.optional(),
    port: portSchema.default(22),
    user: text(64).regex(/^[^\s\p{Cc}]+$/u, 'problem.user'),
    auth: sshAuthSchema.default({ type: 'agent' }),
    /** Default `~/.ssh/known_hosts`. */
    knownHostsFile: localPath.optional(),
    sudo: z.boolean().default(false),
  }),
]);
export type ServerAccess = z.infer<typeof serverAccessSchema>;
export type SshAccess = Extract<ServerAccess, { type: 'ssh' }>;

/** What should be mounted on the server (F3). */
export const mountConfigSchema = z
  .strictObject({
    /** As the system shows it: `10.0.0.12:/export/share`, or a path for type `bind`. */
    source: text(1_024).regex(/^[^-\p{Cc}][^\p{Cc}]*$/u, 'problem.mountSource'),
    target: absolutePathSchema,
    /**
     * `nfs` stands for its versions too, `sshfs` for `fuse.sshfs`; `bind` for a directory of the same server;
     * `link` for a symbolic link to one, which stands for a mount.
     */
    type: text(64)
      .regex(/^[a-z0-9][a-z0-9._-]*$/, 'problem.mountType')
      .optional(),
    /** Each must be among what the system shows; the remount uses them. */
    options: z
      .array(text(256).regex(/^[^\s,\p{Cc}-][^,\p{Cc}]*$/u, 'problem.mountOption'), 'problem.mountOption')
      .max(64, 'problem.tooLong')
      .default([]),
    writable: z.boolean().default(true),
    /** Less free space, or fewer free inodes, in percent, fail. */
    minFreePercent: z.number().min(0).max(100).default(5),
  })
  .superRefine(({ type, source, options }, context) => {
    if (type !== 'link') return;
    if (!source.startsWith('/'))
      context.addIssue({ code: 'custom', message: 'problem.absolutePath', path: ['source'] });
    if (options.length > 0) context.addIssue({ code: 'custom', message: 'problem.linkOptions', path: ['options'] });
  });
export type MountConfig = z.infer<typeof mountConfigSchema>;

export const serverConfigSchema = z.strictObject({
  access: serverAccessSchema.optional(),
  mount: mountConfigSchema.optional(),
  /** Where this instance's own dat and redo files are (F6). */
  redoDirectory: redoDirectorySchema.optional(),
  todbFile: absolutePathSchema.optional(),
  /** The local database as this server reaches it (F7); default: what its Todb file says. */
  database: z.strictObject({ host: serverAddressSchema, port: portSchema }).optional(),
  /** The other instance as this server reaches it, where NAT makes that differ (F3). */
  peer: z.strictObject({ host: serverAddressSchema, t2Port: portSchema, f2Port: portSchema }).optional(),
  /** This instance on its server's own interface, where NAT makes that differ from what the console dials (F3). */
  own: z.strictObject({ host: serverAddressSchema, t2Port: portSchema, f2Port: portSchema }).optional(),
  /** The port of the NFS service that this server offers to the other one. */
  nfsPort: portSchema.optional(),
  /** What is found in the command line of this instance's mt process and of no other. */
  process: text(256).optional(),
});
export type ServerConfig = z.infer<typeof serverConfigSchema>;
