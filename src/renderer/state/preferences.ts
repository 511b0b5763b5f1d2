import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { Locale } from '#shared/i18n';

export type ThemeChoice = 'system' | 'light' | 'dark';

/** What the operator chose for this screen: the only thing that the screen keeps. */
export interface Preferences {
  /** null: as the shell or the browser says. */
  locale: Locale | null;
  theme: ThemeChoice;
  /** The name that changes of a pair's policy are made under; empty: none was given yet. */
  operator: string;
  setLocale(locale: Locale): void;
  setTheme(theme: ThemeChoice): void;
  setOperator(operator: string): void;
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      locale: null,
      theme: 'system',
      operator: '',
      setLocale: (locale) => set({ locale }),
      setTheme: (theme) => set({ theme }),
      setOperator: (operator) => set({ operator }),
    }),
    {
      name: 'kuantu.preferences',
      version: 1,
      partialize: ({ locale, theme, operator }) => ({ locale, theme, operator }),
    },
  ),
);
