import { zodResolver } from '@hookform/resolvers/zod';
import type { FieldErrors, Resolver } from 'react-hook-form';
import { environmentSchema } from '#shared/domain';
import { type FormValues, toEnvironment } from './form-values.ts';

const resolveEnvironment = zodResolver(environmentSchema);

/**
 * Checks the form by the schema of the configuration file. Paths are the same on both sides: the form holds the
 * configuration's shape, and a credential that stays stored is checked as absent.
 */
export const resolver: Resolver<FormValues> = async (values, context, options) => {
  const { errors } = await resolveEnvironment(
    toEnvironment(values) as Parameters<typeof resolveEnvironment>[0],
    context,
    options as unknown as Parameters<typeof resolveEnvironment>[2],
  );
  return Object.keys(errors).length === 0
    ? { values, errors: {} }
    : { values: {}, errors: errors as FieldErrors<FormValues> };
};
