import type { Notification, NotificationConstructorOptions } from 'electron';
import type { Log } from '#core/logging';
import type { NoticeView } from '#shared/contract';
import { message } from '#shared/domain';
import { type Locale, sentence } from '#shared/i18n';
import type { IconFiles } from './icons.ts';

export type NotificationPort = Pick<Notification, 'on' | 'show' | 'close'>;

export interface NotificationParts {
  supported(): boolean;
  create(options: NotificationConstructorOptions): NotificationPort;
  icons: Pick<IconFiles, 'notice'>;
  locale(): Locale;
  open(): void;
  openPair(pairKey: string): void;
  log: Log;
}

/** What became of a notification: handed to the system, or why not. */
export type NotifyResult = { status: 'shown' } | { status: 'not-shown'; reason: string };

export interface Notifications {
  notify(notice: NoticeView): NotifyResult;
  /** Says something about the console itself: two catalogue keys. A click opens its window. */
  say(titleKey: string, bodyKey: string): NotifyResult;
  /** Takes every one of ours off the screen. */
  clear(): void;
}

/** More than this many held, and the oldest is let go of: nobody clicks on it any more. */
const MAX_HELD = 50;

/** OS notifications of a switchover's begin, end and failure. A click opens the pair. */
export function createNotifications(parts: NotificationParts): Notifications {
  // A notification that nothing refers to is collected, and its click with it.
  const held = new Set<NotificationPort>();

  function hold(notification: NotificationPort): void {
    held.add(notification);
    const [oldest] = held;
    if (held.size > MAX_HELD && oldest) held.delete(oldest);
  }

  function show(options: NotificationConstructorOptions, clicked: () => void): NotifyResult {
    if (!parts.supported()) return { status: 'not-shown', reason: 'this desktop shows no notifications' };
    try {
      const notification = parts.create(options);
      hold(notification);
      notification.on('click', () => {
        held.delete(notification);
        clicked();
      });
      notification.on('close', () => held.delete(notification));
      notification.on('failed', (_event, error) => {
        held.delete(notification);
        parts.log.warn('the system refused a notification', { error });
      });
      notification.show();
      return { status: 'shown' };
    } catch (error) {
      return { status: 'not-shown', reason: error instanceof Error ? error.message : String(error) };
    }
  }

  return {
    notify({ pairKey, title, body, critical }) {
      const locale = parts.locale();
      return show(
        {
          title: sentence(locale, title),
          body: sentence(locale, body),
          icon: parts.icons.notice(critical ? 'p1' : 'normal'),
          urgency: critical ? 'critical' : 'normal',
          timeoutType: critical ? 'never' : 'default',
        },
        () => parts.openPair(pairKey),
      );
    },
    say(titleKey, bodyKey) {
      const locale = parts.locale();
      const title = sentence(locale, message(titleKey));
      return show({ title, body: sentence(locale, message(bodyKey)), icon: parts.icons.notice('normal') }, parts.open);
    },
    clear() {
      for (const notification of held) notification.close();
      held.clear();
    },
  };
}
