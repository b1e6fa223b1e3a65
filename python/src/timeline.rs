//! A picture of tracks over time, which a notebook shows.

use std::path::PathBuf;

use pyo3::prelude::*;

/// Tracks over time as a picture, which a notebook shows.
#[pyclass(frozen, module = "demarche")]
pub(crate) struct Timeline {
    pub(crate) svg: String,
    pub(crate) html: String,
    pub(crate) lanes: usize,
}

#[pymethods]
impl Timeline {
    /// The picture as SVG.
    #[getter]
    fn svg(&self) -> &str {
        &self.svg
    }

    /// The picture as a page, with the same in words beneath it.
    #[getter]
    fn html(&self) -> &str {
        &self.html
    }

    /// Writes the picture into a file: a page if its name ends in `.html`, else SVG.
    fn save(&self, path: PathBuf) -> PyResult<()> {
        let is_page = path.extension().is_some_and(|ending| ending == "html" || ending == "htm");
        Ok(std::fs::write(path, if is_page { &self.html } else { &self.svg })?)
    }

    fn _repr_svg_(&self) -> &str {
        &self.svg
    }

    fn __repr__(&self) -> String {
        format!("<demarche.Timeline of {} track{}>", self.lanes, if self.lanes == 1 { "" } else { "s" })
    }
}
