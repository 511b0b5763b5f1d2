import type { Clock } from '#core/clock';
import { ConfigFileError, type ConfigFiles, openProfiles } from '#main/config-files';
import { type Locale, sentence } from '#shared/i18n';
import type { ConfigCommandOptions } from './arguments.ts';
import { backupsAnswer, rollbackAnswer } from './backups.ts';
import { applyAnswer, diffAnswer } from './change.ts';
import { fieldsAnswer } from './fields.ts';
import { errorFinding } from './findings.ts';
import { type Answer, CONFIG_EXIT, type ConfigCommandOutcome, outcomeOf } from './outcome.ts';
import { pickAnswer } from './pick.ts';
import { WrongOptionError } from './profile-choice.ts';
import { profilesAnswer } from './profiles.ts';
import { validateAnswer } from './validate.ts';

export interface ConfigCommandDeps {
  clock: Clock;
  files: ConfigFiles;
  /** Of the site's own profiles, unless an option says another. */
  profileDirectory: string;
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

function answer(options: ConfigCommandOptions, deps: ConfigCommandDeps): Promise<Answer> {
  const { clock, files, locale } = deps;
  const apply = { clock, files, backupDirectory: options.backupDirectory };
  const profiles = openProfiles(options.profileDirectory ?? deps.profileDirectory);
  switch (options.command) {
    case 'diff':
      return diffAnswer(options, files, profiles, locale);
    case 'apply':
      return applyAnswer(options, apply, profiles, locale);
    case 'fields':
      return fieldsAnswer(options, files, profiles, locale);
    case 'validate':
      return validateAnswer(options, files, profiles, locale);
    case 'backups':
      return backupsAnswer(options, apply);
    case 'rollback':
      return rollbackAnswer(options, apply, locale);
    case 'profiles':
      return profilesAnswer(profiles, locale);
    case 'pick':
      return pickAnswer(options, files, profiles);
  }
}
