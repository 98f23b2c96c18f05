// Stands in for the package `debug` in the bundled program. Agenda makes a dozen loggers of it for every job that it runs, and nobody reads them.
module.exports = debug;

function debug() {
  return silent;
}

function silent() {}
silent.enabled = false;
silent.extend = debug;
