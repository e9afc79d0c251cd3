/** Where invited people sign up, below the public URL. */
export const signUpPath = '/_signpost/sign-up'
