import type { Clock } from '#core/clock';
import { ConfigFileError, type ConfigFiles } from '#main/config-files';
import { type Locale, sentence } from '#shared/i18n';
import type { ConfigCommandOptions } from './arguments.ts';
import { backupsAnswer, rollbackAnswer } from './backups.ts';
import { applyAnswer, diffAnswer } from './change.ts';
import { fieldsAnswer } from './fields.ts';
import { type Answer, CONFIG_EXIT, type ConfigCommandOutcome, outcomeOf } from './outcome.ts';
import { pickAnswer } from './pick.ts';
import { WrongOptionError } from './profile-choice.ts';
import { errorFinding } from './said.ts';
import { validateAnswer } from './validate.ts';

export interface ConfigCommandDeps {
  clock: Clock;
  files: ConfigFiles;
  locale: Locale;
}

/** Runs the command; never rejects for what a file, a profile or a value does. */
export async function runConfigCommand(
  options: ConfigCommandOptions,
  deps: ConfigCommandDeps,
): Promise<ConfigCommandOutcome> {
  const how = { json: options.json, locale: deps.locale, isReport: options.command === 'validate' };
  try {
    return outcomeOf(await answer(options, deps), how);
  } catch (error) {
    if (error instanceof WrongOptionError) {
      const trouble = `config: ${sentence(deps.locale, error.said)}\n`;
      return { out: '', trouble, code: CONFIG_EXIT.wrong };
    }
    if (!(error instanceof ConfigFileError)) throw error;
    const json = { file: options.file, problem: error.problem };
    return outcomeOf({ lines: [], json, findings: [errorFinding(error)], isRefused: true }, how);
  }
}

function answer(options: ConfigCommandOptions, { clock, files, locale }: ConfigCommandDeps): Promise<Answer> {
  const deps = { clock, files, backupDirectory: options.backupDirectory };
  switch (options.command) {
    case 'diff':
      return diffAnswer(options, files, locale);
    case 'apply':
      return applyAnswer(options, deps, locale);
    case 'fields':
      return fieldsAnswer(options, files, locale);
    case 'validate':
      return validateAnswer(options, files, locale);
    case 'backups':
      return backupsAnswer(options, deps);
    case 'rollback':
      return rollbackAnswer(options, deps, locale);
    case 'pick':
      return pickAnswer(options, files);
  }
}
