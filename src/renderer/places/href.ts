export const OVERVIEW = '#/';
export const ENVIRONMENTS = '#/environments';
export const NEW_ENVIRONMENT = '#/environments/new';
export const EVENTS = '#/events';

/** A pair's page. The key is `environment/pair`. */
export function pairHref(key: string): string {
  return `#/pair/${key.split('/').map(encodeURIComponent).join('/')}`;
}
export function editEnvironmentHref(id: string): string {
  return `#/environments/edit/${encodeURIComponent(id)}`;
}
export function goTo(href: string): void {
  window.location.hash = href;
}
