// Jest asks this for each import. In our sources `./x.js` names the file that `./x.ts` becomes: found as it is, or else the source.
/**
 * @param {string} request
 * @param {import("jest-resolve").ResolverOptions} options
 */
module.exports = (request, options) => {
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (!/^\.{1,2}\/.*\.js$/.test(request)) throw error;
    return options.defaultResolver(request.replace(/\.js$/, ".ts"), options);
  }
};
