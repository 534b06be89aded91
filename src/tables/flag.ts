/** 0 or 1: a boolean as both engines take it. */
export type Flag = 0 | 1
