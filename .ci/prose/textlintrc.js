// The rules of the manual's prose. terms.json has the words that it does not use; a test of the deployer applies them to
// the texts of the program, too.
module.exports = {
  plugins: { '@textlint/markdown': true },
  rules: {
    'no-empty-section': true,
    'no-todo': true,
    'sentence-length': { max: 320 },
    terminology: { defaultTerms: false, terms: require('./terms.json') },
  },
};
