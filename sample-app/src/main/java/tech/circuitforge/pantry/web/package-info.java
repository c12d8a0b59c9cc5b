/**
 * Over HTTP: the API, the page, the sign-in.
 */
@NullMarked
package tech.circuitforge.pantry.web;

import org.jspecify.annotations.NullMarked;
