//! Values as Python gives them: dates as text or as `datetime`, one of a thing or several.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::errors::question_error;

/// Reads a text, or anything that has a form in ISO 8601, such as a `date` or a `datetime`.
pub(crate) fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_string());
    }
    match value.call_method0("isoformat") {
        Ok(text) => text.extract(),
        Err(_) => {
            let found = value.get_type().name()?;
            Err(PyTypeError::new_err(format!("{name}: expected a text, a date or a datetime, found {found}")))
        }
    }
}

/// Reads a value from its text.
pub(crate) fn parsed<T: FromStr<Err: Display>>(name: &str, text: &str) -> PyResult<T> {
    text.parse().map_err(|error| question_error(format!("{name}: {error}")))
}

/// Reads one text, or several; none if there is no value.
pub(crate) fn several(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(Vec::new()) };
    if value.cast::<PyString>().is_ok() {
        return Ok(vec![value.extract()?]);
    }
    let wrong = |_| PyTypeError::new_err(format!("{name}: expected a text, or a list of texts"));
    value.try_iter().map_err(wrong)?.map(|one| one?.extract().map_err(wrong)).collect()
}

/// Reads a path, or several.
pub(crate) fn paths(value: &Bound<'_, PyAny>) -> PyResult<Vec<PathBuf>> {
    if let Ok(path) = value.extract::<PathBuf>() {
        return Ok(vec![path]);
    }
    value.try_iter()?.map(|one| one?.extract()).collect()
}

/// Reads bytes, or a text as UTF-8.
pub(crate) fn bytes(value: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    value.extract::<String>().map(String::into_bytes)
}
