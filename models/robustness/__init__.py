"""What would undo an association: confounders, specifications, common causes."""
