import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Locale } from '#shared/i18n';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** What the operator chose for this screen: the only thing that the screen keeps. */
export interface Preferences {
  /** null: as the shell or the browser says. */
  locale: Locale | null;
  theme: ThemeChoice;
  setLocale(locale: Locale): void;
  setTheme(theme: ThemeChoice): void;
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      locale: null,
      theme: 'system',
      setLocale: (locale) => set({ locale }),
      setTheme: (theme) => set({ theme }),
    }),
    { name: 'kuantu.preferences', version: 1, partialize: ({ locale, theme }) => ({ locale, theme }) },
  ),
);
