/**
 * Agenda makes a dozen loggers of the package `debug` for every job it runs, and each asks the terminal for its colours, a system call
 * that costs more than the job. With this said it does not ask. To be imported before `agenda`.
 */
process.env.DEBUG_COLORS ??= "no";
