import type { SetupStep } from '#shared/setup';

export const OVERVIEW = '#/';
export const ENVIRONMENTS = '#/environments';
export const NEW_ENVIRONMENT = '#/environments/new';
export const EVENTS = '#/events';
export const TROUBLES = '#/checks';
export const SETUP = '#/setup';

/** A pair's page. The key is `environment/pair`. */
export function pairHref(key: string): string {
  return `#/pair/${key.split('/').map(encodeURIComponent).join('/')}`;
}
/** A pair's page, with the question whether to promote that instance. */
export function promoteHref(key: string, instance: string): string {
  return `${pairHref(key)}?promote=${encodeURIComponent(instance)}`;
}
/** The form of an environment. */
export function editEnvironmentHref(id: string): string {
  return `#/environments/edit/${encodeURIComponent(id)}`;
}
/** A draft in the wizard; without a step, where it was left. */
export function setupHref(id: string, step?: SetupStep): string {
  return `${SETUP}/${encodeURIComponent(id)}${step ? `/${step}` : ''}`;
}
/** Goes there, as a click on a link would. */
export function goTo(href: string): void {
  window.location.hash = href;
}
/** Goes there in place of where one is: the way back does not lead here again. */
export function moveOn(href: string): void {
  window.location.replace(href);
}
